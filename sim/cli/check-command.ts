import type { CommandModule } from 'yargs';
import type { CheckFlags } from './checking.js';
import { environmentOptions } from './environment-options.js';

export const checkCommand: CommandModule<object, CheckFlags> = {
  command: 'check <scenario>',
  describe: 'Check a scenario; show it with all defaults, its totals, its peak and what it will need',
  builder: (yargs) =>
    yargs
      .config(environmentOptions(['speed', 'seed', 'window', 'brief']))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'A built-in name or a file' })
      .option('speed', { type: 'number', requiresArg: true })
      .option('seed', { type: 'number', requiresArg: true })
      .option('window', { type: 'string', describe: 'Only a part of the day, like 14:55-15:25' })
      .option('brief', { type: 'boolean', default: false, describe: 'Without the filled-in scenario' }),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { checkScenario } = await import('./checking.js');
    await checkScenario(flags);
  },
};
