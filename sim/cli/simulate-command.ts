/** `peakday simulate`: a scenario in virtual time, with modelled server and people. */
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { environmentOptions } from './environment-options.js';
import { scenarioWord, sharedOptions } from './shared-options.js';
import type { SimulateFlags } from './simulation.js';

export const simulateCommand: CommandModule<object, SimulateFlags> = {
  command: 'simulate <scenario>',
  describe: 'Play a scenario in virtual time, at a modelled server and desk, in seconds',
  builder: (yargs) =>
    yargs
      .config(
        environmentOptions([
          'speed',
          'seed',
          'window',
          'model',
          'replications',
          'precision',
          'threads',
          'out',
          'quiet',
          'json',
          'color',
        ]),
      )
      .positional('scenario', scenarioWord)
      .option('seed', sharedOptions.seed)
      .option('speed', sharedOptions.virtualSpeed)
      .option('window', sharedOptions.window)
      .option('set', sharedOptions.set)
      .option('model', sharedOptions.model)
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
      .option('out', sharedOptions.reportFolder)
      .option('quiet', sharedOptions.quiet)
      .option('json', sharedOptions.summaryJson)
      .option('color', sharedOptions.color)
      .example('$0 simulate floraland', 'the whole day with its people and its inbox, at true speed')
      .example('$0 simulate smoke --replications 20', 'how much of it is chance')
      .example('$0 simulate quiz --set server.workers=5', 'the quiz, with the back end of 2013'),
  async handler(flags) {
    // Loaded only here: the other commands start without the database and the charts.
    const { simulateScenario } = await import('./simulation.js');
    process.exitCode = await simulateScenario(flags);
  },
};
