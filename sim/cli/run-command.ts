/** `peakday run`: plays a scenario at a target, or at the reference server. */
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { environmentOptions } from './environment-options.js';
import type { RunFlags } from './run-flags.js';
import { scenarioWord, sharedOptions } from './shared-options.js';
import { targetFlagNames, withTargetOptions } from './target-flags.js';

export const runCommand: CommandModule<object, RunFlags> = {
  command: 'run <scenario>',
  describe: 'Play a scenario at a target and report what happened',
  builder: (yargs) =>
    withTargetOptions(yargs, 'run')
      .config(
        environmentOptions([
          ...targetFlagNames,
          'platform-port',
          'platform-host',
          'secret',
          'speed',
          'seed',
          'window',
          'threads',
          'out',
          'reply',
          'staff-token',
          'quiet',
          'json',
          'color',
        ]),
      )
      .positional('scenario', scenarioWord)
      .option('platform-port', {
        type: 'number',
        requiresArg: true,
        describe: "Serve the platform's API here, for a target that replies later",
      })
      .option('platform-host', { type: 'string', default: '127.0.0.1', describe: 'The address it listens on' })
      .option('secret', {
        type: 'string',
        describe: "The account's secret, for tokens of the platform's API (better: PEAKDAY_SECRET)",
      })
      .option('speed', sharedOptions.speed)
      .option('seed', sharedOptions.seed)
      .option('window', sharedOptions.window)
      .option('set', sharedOptions.set)
      .option('threads', {
        type: 'number',
        requiresArg: true,
        describe: 'Generator threads; default: one less than there are cores, at most 8',
      })
      .option('out', sharedOptions.reportFolder)
      .option('reply', {
        choices: ['now', 'later', 'auto'] as const,
        requiresArg: true,
        describe: "Of the reference server: in the response, later through the platform's API, or as time allows",
      })
      .option('staff-token', {
        type: 'string',
        requiresArg: true,
        describe: 'Opens the console and the API of the reference server during the run (better: PEAKDAY_STAFF_TOKEN)',
      })
      .option('quiet', sharedOptions.quiet)
      .option('json', sharedOptions.summaryJson)
      .option('color', sharedOptions.color)
      .example('$0 run floraland', "the theme park's day, at the reference server")
      .example('$0 run smoke --target http://127.0.0.1:8080/wechat', 'ten seconds at your own server'),
  async handler(flags) {
    // Loaded only here: the other commands start without the database and the charts.
    const { rehearse } = await import('./rehearsal.js');
    process.exitCode = await rehearse(flags);
  },
};
