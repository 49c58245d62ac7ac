/** `peakday simulate`: a scenario in virtual time, with modelled server and people. */
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { environmentOptions } from './environment-options.js';
import type { SimulateFlags } from './simulation.js';

export const simulateCommand: CommandModule<object, SimulateFlags> = {
  command: 'simulate <scenario>',
  describe: 'Play a scenario in virtual time, at a modelled server and desk, in seconds',
  builder: (yargs) =>
    yargs
      .config(
        environmentOptions(['speed', 'seed', 'window', 'model', 'replications', 'threads', 'out', 'json', 'color']),
      )
      .positional('scenario', {
        type: 'string',
        demandOption: true,
        describe: 'A built-in name (floraland, quiz, smoke, …) or a file',
      })
      .option('seed', { type: 'number', requiresArg: true, describe: 'Everything random follows from it' })
      .option('speed', {
        type: 'number',
        requiresArg: true,
        default: 1,
        describe: 'How many times faster the world runs; deadlines stay. 1: the day as it is',
      })
      .option('window', { type: 'string', describe: 'Play only a part of the day, like 14:55-15:25' })
      .option('set', {
        type: 'string',
        requiresArg: true,
        describe: 'Another value for one setting, like --set server.workers=8; may be said again',
      })
      .option('model', { type: 'string', requiresArg: true, describe: 'A model file of `calibrate` for the server' })
      .option('replications', {
        type: 'number',
        requiresArg: true,
        describe: 'Play so many days, each with seeds of its own, and give every figure its interval',
      })
      .option('precision', {
        type: 'string',
        requiresArg: true,
        describe: 'More of them until the share answered in time and the mean response are known this well, like 2%',
      })
      .option('threads', { type: 'number', requiresArg: true, describe: 'For them; default: one a core, at most 8' })
      .option('out', { type: 'string', describe: 'Folder for the report; default reports/SCENARIO/TIME-SEED' })
      .option('json', { type: 'boolean', default: false, describe: 'Print summary.json instead of the summary' })
      .option('color', { type: 'boolean', describe: 'Colours; default: on a terminal' })
      .example('$0 simulate floraland', 'the whole day with its people and its inbox, at true speed')
      .example('$0 simulate smoke --replications 20', 'how much of it is chance')
      .example('$0 simulate quiz --set server.workers=5', 'the quiz, with the back end of 2013'),
  async handler(flags) {
    // Loaded only here: the other commands start without the database and the charts.
    const { simulateScenario } = await import('./simulation.js');
    process.exitCode = await simulateScenario(flags);
  },
};
