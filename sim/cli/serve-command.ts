/** `peakday serve`: the reference server alone. */
import { once } from 'node:events';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { parseDurationS } from '../../core/units.js';
import { type ServiceOrder, serviceOrders } from '../../server/engine/work-queue.js';
import type { Security } from '../../server/http/secure-gate.js';
import { loadScenario } from '../scenario/load.js';
import type { Platform } from '../scenario/platform.js';
import { environmentOptions } from './environment-options.js';
import { referenceOptions } from './reference-options.js';

const MOST_WAITING = 10_000_000;

interface ServeFlags {
  readonly scenario: string;
  readonly host: string;
  readonly port: number;
  readonly token?: string | undefined;
  readonly controlToken?: string | undefined;
  readonly aesKey?: string | undefined;
  readonly aesKeyPrevious?: string | undefined;
  readonly workers?: number | undefined;
  readonly workTime?: string | undefined;
  readonly queue?: string | undefined;
  readonly order?: ServiceOrder | undefined;
  readonly deadline?: string | undefined;
  readonly dedupe?: boolean | undefined;
}

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
      .option('dedupe', { type: 'boolean', describe: '--no-dedupe: a message posted again is worked on again' }),
  async handler(flags) {
    const { startServer } = await import('../../server/http/listen.js');
    const { scenario } = await loadScenario(flags.scenario);
    const { platform } = scenario;
    const set = referenceOptions(scenario);
    if (flags.token === undefined)
      throw new UserError(ExitCode.usage, 'say --token or PEAKDAY_TOKEN: the secret that the platform signs with');
    const running = await startServer({
      host: flags.host,
      port: flags.port,
      token: flags.token,
      ...(flags.controlToken === undefined ? {} : { controlToken: flags.controlToken }),
      account: platform.account,
      security: securityOf(platform, flags),
      ...set,
      workers: flags.workers ?? set.workers,
      workTime: { ...set.workTime, mean: secondsOf('work-time', flags.workTime) ?? set.workTime.mean },
      queue: queueOf(flags.queue) ?? set.queue,
      order: flags.order ?? set.order,
      deadlineS: secondsOf('deadline', flags.deadline) ?? set.deadlineS,
      dedupe: flags.dedupe ?? set.dedupe,
    });
    process.stdout.write(`peakday serves ${scenario.name} at ${running.callbackUrl}\n`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    process.stdout.write('stopping: answering what is in flight\n');
    const { abandoned } = await running.stop();
    if (abandoned > 0) process.stdout.write(`${abandoned} messages were not answered\n`);
  },
};

function secondsOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDurationS(String(text));
  if (seconds === undefined)
    throw new UserError(ExitCode.usage, `--${flag} ${JSON.stringify(text)} is not a duration like 20ms`);
  return seconds;
}

function queueOf(text: string | undefined): number | 'auto' | undefined {
  if (text === undefined || text === 'auto') return text;
  if (/^\d{1,8}$/.test(text) && Number(text) <= MOST_WAITING) return Number(text);
  throw new UserError(
    ExitCode.usage,
    `--queue ${JSON.stringify(text)} is neither auto nor a whole number up to 10000000`,
  );
}

function securityOf({ mode, appid }: Platform, { aesKey, aesKeyPrevious }: ServeFlags): Security {
  if (mode === 'plain') return { mode };
  if (aesKey === undefined)
    throw new UserError(ExitCode.usage, `platform.mode is ${mode}: say --aes-key or PEAKDAY_AES_KEY`);
  return { mode, appid, keys: [aesKey, aesKeyPrevious] };
}
