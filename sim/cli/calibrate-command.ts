import type { CommandModule } from 'yargs';
import { environmentOptions } from './environment-options.js';
import type { CalibrateFlags } from './model-calibration.js';

export const calibrateCommand: CommandModule<object, CalibrateFlags> = {
  command: 'calibrate <run..>',
  describe: "Learn a server's work time, slots and queue from run folders; writes a model for simulate and plan",
  builder: (yargs) =>
    yargs
      .config(environmentOptions(['probe', 'json']))
      .positional('run', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Run folders of the same server, best at 30 and at 60 % of its ceiling',
      })
      .option('probe', { type: 'string', requiresArg: true, describe: 'A probe.json of it, for contention' })
      .option('out', { type: 'string', requiresArg: true, default: 'model.json', describe: 'Where the model goes' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the model instead of the summary' })
      .example('$0 calibrate reports/calm reports/busy', 'two runs, one model'),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { calibrateModel } = await import('./model-calibration.js');
    await calibrateModel(flags);
  },
};
