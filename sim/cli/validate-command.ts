import process from 'node:process';
import type { CommandModule } from 'yargs';
import { environmentOptions } from './environment-options.js';
import type { ValidateFlags } from './model-validation.js';
import { sharedOptions } from './shared-options.js';

export const validateCommand: CommandModule<object, ValidateFlags> = {
  command: 'validate <run>',
  describe: 'Hold the predictions of a model against a measured run, figure by figure and drawn over its charts',
  builder: (yargs) =>
    yargs
      .config(environmentOptions(['model', 'replications', 'json']))
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'A run folder, of another run than the model is from',
      })
      .option('model', { ...sharedOptions.model, default: 'model.json' })
      .option('replications', { type: 'number', requiresArg: true, default: 10, describe: 'Simulated days' })
      .option('json', { type: 'boolean', default: false, describe: 'Print validation.json instead of the table' })
      .example('$0 validate reports/overload --model model.json', 'is it right beyond where it was seen?'),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { validateModel } = await import('./model-validation.js');
    process.exitCode = await validateModel(flags);
  },
};
