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
      .config(environmentOptions(['speed', 'seed', 'window', 'model', 'out', 'json', 'color']))
      .positional('scenario', scenarioWord)
      .option('seed', sharedOptions.seed)
      .option('speed', sharedOptions.virtualSpeed)
      .option('window', sharedOptions.window)
      .option('set', sharedOptions.set)
      .option('model', sharedOptions.model)
      .option('out', sharedOptions.reportFolder)
      .option('json', sharedOptions.summaryJson)
      .option('color', sharedOptions.color)
      .example('$0 simulate floraland', 'the whole day with its people and its inbox, at true speed')
      .example('$0 simulate quiz --set server.workers=5', 'the quiz, with the back end of 2013'),
  async handler(flags) {
    // Loaded only here: the other commands start without the database and the charts.
    const { simulateScenario } = await import('./simulation.js');
    process.exitCode = await simulateScenario(flags);
  },
};
