/** `peakday serve`: the reference server alone. */
import { once } from 'node:events';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { parseDurationS } from '../../core/units.js';
import { type ServiceOrder, serviceOrders } from '../../server/engine/work-queue.js';
import type { ReplyMode } from '../../server/http/later-replies.js';
import type { Security } from '../../server/http/secure-gate.js';
import { loadScenario } from '../scenario/load.js';
import type { Platform } from '../scenario/platform.js';
import type { Scenario } from '../scenario/schema.js';
import { environmentOptions } from './environment-options.js';
import { referenceOptions } from './reference-options.js';
import { type StaffFlags, staffEnvironment, staffFlags, staffOf } from './staff-flags.js';

const MOST_WAITING = 10_000_000;

interface ServeFlags extends StaffFlags {
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
  readonly reply?: 'now' | 'later' | undefined;
  readonly platformUrl?: string | undefined;
  readonly appid?: string | undefined;
  readonly secret?: string | undefined;
}

/** How long replies under way may take to get out when the server is told to stop. */
const STOP_LIMIT_MS = 10_000;

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
        choices: ['now', 'later'] as const,
        requiresArg: true,
        describe:
          "In the response, or later through the platform's API; default: as the scenario says, or later with --platform-url",
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
    const { startServer } = await import('../../server/http/listen.js');
    const { scenario } = await loadScenario(flags.scenario);
    const { platform } = scenario;
    const set = referenceOptions(scenario);
    const reply = replyOf(flags, scenario);
    const problems = [...missing(flags, platform, reply), ...unreadable(flags)];
    if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
    const running = await startServer({
      host: flags.host,
      port: flags.port,
      token: flags.token ?? '',
      ...(flags.controlToken === undefined ? {} : { controlToken: flags.controlToken }),
      account: platform.account,
      security: securityOf(platform, flags),
      ...set,
      workers: flags.workers ?? set.workers,
      workTime: { ...set.workTime, mean: secondsOf(flags.workTime) ?? set.workTime.mean },
      queue: queueOf(flags.queue) ?? set.queue,
      order: flags.order ?? set.order,
      deadlineS: secondsOf(flags.deadline) ?? set.deadlineS,
      dedupe: flags.dedupe ?? set.dedupe,
      reply,
      ...staffOf(flags),
    });
    process.stdout.write(`peakday serves ${scenario.name} at ${running.callbackUrl}\n`);
    if (reply.mode === 'later') process.stdout.write(`its replies go later, by ${reply.platform.url}\n`);
    if (flags.staffToken !== undefined) process.stdout.write(`its staff work at ${running.url}/console\n`);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    process.stdout.write('stopping: answering what is in flight\n');
    const { abandoned } = await running.stop(STOP_LIMIT_MS);
    if (abandoned > 0) process.stdout.write(`${abandoned} messages were not answered\n`);
  },
};

function replyOf({ reply, platformUrl, appid, secret }: ServeFlags, { server, platform }: Scenario): ReplyMode {
  const mode = reply ?? (platformUrl === undefined ? server.reply : 'later');
  if (mode === 'now') return { mode };
  return { mode, platform: { url: platformUrl ?? '', appid: appid ?? platform.appid, secret: secret ?? '' } };
}

/** All that a flag or the environment has still to say, at once. */
function missing({ token, aesKey }: ServeFlags, { mode }: Platform, reply: ReplyMode): Problem[] {
  const problems: string[] = [];
  if (token === undefined || token === '')
    problems.push('say --token or PEAKDAY_TOKEN: the secret that the platform signs with');
  if (mode !== 'plain' && aesKey === undefined)
    problems.push(`platform.mode is ${mode}: say --aes-key or PEAKDAY_AES_KEY`);
  if (reply.mode === 'later') {
    const { url, appid, secret } = reply.platform;
    if (url === '')
      problems.push("to reply later, say --platform-url: where the platform's API is, like http://127.0.0.1:9100");
    else if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      problems.push(`--platform-url ${JSON.stringify(url)} is no address like http://127.0.0.1:9100`);
    if (appid === '') problems.push("--appid is empty; left out, it is the scenario's");
    if (secret === '') problems.push('to reply later, say --secret or PEAKDAY_SECRET: tokens are fetched with it');
  }
  return problems.map((message) => ({ message }));
}

/** Flags whose text says nothing. */
function unreadable({ workTime, deadline, queue }: ServeFlags): Problem[] {
  const problems: string[] = [];
  for (const [flag, text] of Object.entries({ 'work-time': workTime, deadline })) {
    if (text !== undefined && secondsOf(text) === undefined)
      problems.push(`--${flag} ${JSON.stringify(text)} is not a duration like 20ms`);
  }
  if (queue !== undefined && queueOf(queue) === undefined)
    problems.push(`--queue ${JSON.stringify(queue)} is neither auto nor a whole number up to 10000000`);
  return problems.map((message) => ({ message }));
}

function secondsOf(text: string | undefined): number | undefined {
  // Flags from the environment may come as numbers.
  return text === undefined ? undefined : parseDurationS(String(text));
}

function queueOf(text: string | undefined): number | 'auto' | undefined {
  if (text === undefined || text === 'auto') return text;
  return /^\d{1,8}$/.test(text) && Number(text) <= MOST_WAITING ? Number(text) : undefined;
}

function securityOf({ mode, appid }: Platform, { aesKey, aesKeyPrevious }: ServeFlags): Security {
  if (mode === 'plain') return { mode };
  return { mode, appid, keys: [aesKey ?? '', aesKeyPrevious] };
}
