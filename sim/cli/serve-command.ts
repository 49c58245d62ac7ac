import type { CommandModule } from 'yargs';
import { serviceOrders } from '../../server/engine/work-queue.js';
import { environmentOptions } from './environment-options.js';
import type { ServeFlags } from './serving.js';
import { staffEnvironment, staffFlags } from './staff-flags.js';

export const serveCommand: CommandModule<object, ServeFlags> = {
  command: 'serve [scenario]',
  describe: "Run the reference reply server alone, with a scenario's answers",
  builder: (yargs) =>
    yargs
      .config(
        environmentOptions([
          'host',
          'port',
          'token',
          'control-token',
          'aes-key',
          'aes-key-previous',
          'workers',
          'work-time',
          'queue',
          'order',
          'deadline',
          'dedupe',
          'reply',
          'store',
          'max-age',
          'timezone',
          'day',
          'platform-url',
          'appid',
          'secret',
          ...staffEnvironment,
        ]),
      )
      .positional('scenario', { type: 'string', default: 'floraland', describe: 'Whose `server:` part to serve' })
      .option('host', { type: 'string', default: '127.0.0.1', describe: '0.0.0.0 to be reached from other machines' })
      .option('port', { type: 'number', requiresArg: true, default: 8_080, describe: '0: any free one' })
      .option('token', {
        type: 'string',
        describe: "The account's token (better: PEAKDAY_TOKEN, which no process list shows)",
      })
      .option('control-token', {
        type: 'string',
        describe: 'Opens the fault controls under /control to who knows it (better: PEAKDAY_CONTROL_TOKEN)',
      })
      .option('aes-key', {
        type: 'string',
        describe: 'EncodingAESKey, for scenarios in safe or compatible mode (better: PEAKDAY_AES_KEY)',
      })
      .option('aes-key-previous', { type: 'string', describe: 'The key before it, during a rotation' })
      .option('workers', { type: 'number', requiresArg: true, describe: 'Messages worked on at the same time' })
      .option('work-time', { type: 'string', describe: 'Mean time a worker is busy with one message, like 20ms' })
      .option('queue', {
        type: 'string',
        requiresArg: true,
        describe: 'Messages that may wait for a worker; auto: as many as can be answered by the deadline',
      })
      .option('order', { choices: serviceOrders, describe: 'Which of them is next' })
      .option('deadline', { type: 'string', requiresArg: true, describe: 'When the platform cuts a post, like 5s' })
      .option('dedupe', { type: 'boolean', describe: '--no-dedupe: a message posted again is worked on again' })
      .option('reply', {
        choices: ['now', 'later', 'auto'] as const,
        requiresArg: true,
        describe:
          "In the response, later through the platform's API, or in the response while there is time; default: as the scenario says, or later with --platform-url",
      })
      .option('store', {
        type: 'string',
        requiresArg: true,
        describe: 'Where the account is kept: file:PATH or memory; default: a temporary file, which is named and kept',
      })
      .option('max-age', {
        type: 'string',
        requiresArg: true,
        describe: 'Pushes signed longer ago are refused, like 5m; 0s: none is',
      })
      .option('timezone', {
        type: 'string',
        requiresArg: true,
        describe: "Whose midnight the scenario's moments count from, like Asia/Shanghai; default: this machine's",
      })
      .option('day', {
        type: 'string',
        requiresArg: true,
        describe:
          "The scenario's first day, like 2026-11-30; default: the one begun on the store, until its games are over, or today",
      })
      .option('platform-url', {
        type: 'string',
        requiresArg: true,
        describe:
          "Where the platform's API is, to reply later: that of `run --platform-port 9100` is http://127.0.0.1:9100",
      })
      .option('appid', { type: 'string', requiresArg: true, describe: "Of the account there; default: the scenario's" })
      .option('secret', {
        type: 'string',
        describe: "The account's secret, to fetch tokens with (better: PEAKDAY_SECRET)",
      })
      .options(staffFlags)
      .example(
        '$0 serve smoke --reply later --platform-url http://127.0.0.1:9100',
        'replies through `run --platform-port 9100`',
      ),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { serveScenario } = await import('./serving.js');
    await serveScenario(flags);
  },
};
