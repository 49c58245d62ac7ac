import process from 'node:process';
import type { CommandModule } from 'yargs';
import type { PlanFlags } from './day-planning.js';
import { environmentOptions } from './environment-options.js';
import { scenarioWord, sharedOptions } from './shared-options.js';

export const planCommand: CommandModule<object, PlanFlags> = {
  command: 'plan <scenario>',
  describe: 'Find the fewest workers and people that keep a promise, in virtual time',
  builder: (yargs) =>
    yargs
      .config(
        environmentOptions([
          'model',
          'replications',
          'precision',
          'seed',
          'speed',
          'window',
          'threads',
          'limit',
          'out',
          'quiet',
          'json',
        ]),
      )
      .positional('scenario', scenarioWord)
      .option('promise', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [],
        describe: 'What must hold, in the language of gates; may be said again. Default: the gates of the scenario',
      })
      .option('vary', {
        type: 'string',
        array: true,
        nargs: 1,
        requiresArg: true,
        default: [],
        describe: 'A setting and its range, cheap end first: server.workers=1..32, or with :STEP; may be said again',
      })
      .option('set', { ...sharedOptions.set, default: [] })
      .option('model', sharedOptions.model)
      .option('replications', {
        type: 'number',
        requiresArg: true,
        default: 20,
        describe: 'Days played for each point of the grid',
      })
      .option('precision', {
        type: 'string',
        requiresArg: true,
        describe: 'More of them until each interval is within so much of its mean, like 1%',
      })
      .option('seed', sharedOptions.seed)
      .option('speed', sharedOptions.virtualSpeed)
      .option('window', sharedOptions.window)
      .option('threads', {
        type: 'number',
        requiresArg: true,
        describe: 'Default: as many as there are cores, at most 8',
      })
      .option('limit', {
        type: 'string',
        requiresArg: true,
        default: '10m',
        describe: 'The longest the search may take',
      })
      .option('interval', { type: 'string', requiresArg: true, default: '30m', describe: 'Of the shift table' })
      .option('pickup', {
        type: 'string',
        requiresArg: true,
        default: '80% in 20s',
        describe: 'How soon people are to pick up, in the shift table',
      })
      .option('shrinkage', {
        type: 'string',
        requiresArg: true,
        default: '30%',
        describe: 'Share of scheduled time not spent at the desk: breaks, training, illness',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder for plan.json and plan.md; default reports/SCENARIO/TIME-SEED',
      })
      .option('quiet', { type: 'boolean', default: false, describe: 'No progress' })
      .option('json', { type: 'boolean', default: false, describe: 'Print plan.json instead of the tables' })
      .example(
        '$0 plan floraland --promise "answered within 5s >= 99%" --vary server.workers=1..32',
        'the fewest workers',
      ),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { planDay } = await import('./day-planning.js');
    process.exitCode = await planDay(flags);
  },
};
