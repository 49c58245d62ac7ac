import type { CommandModule } from 'yargs';
import type { CheckFlags } from './checking.js';
import { environmentOptions } from './environment-options.js';
import { scenarioWord, sharedOptions } from './shared-options.js';

export const checkCommand: CommandModule<object, CheckFlags> = {
  command: 'check <scenario>',
  describe: 'Check a scenario; show it with all defaults, its totals, its peak and what it will need',
  builder: (yargs) =>
    yargs
      .config(environmentOptions(['speed', 'seed', 'window', 'brief']))
      .positional('scenario', scenarioWord)
      .option('speed', sharedOptions.speed)
      .option('seed', sharedOptions.seed)
      .option('window', sharedOptions.window)
      .option('brief', { type: 'boolean', default: false, describe: 'Without the filled-in scenario' }),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { checkScenario } = await import('./checking.js');
    await checkScenario(flags);
  },
};
