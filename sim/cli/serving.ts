/** The reference server alone, from flags to its end. */
import { once } from 'node:events';
import process from 'node:process';
import type { Problem } from '../../core/problem.js';
import { dateIn, isTimeZone, localTimeZone, midnightIn } from '../../core/time-zone.js';
import { parseDurationS } from '../../core/units.js';
import { hasMoments } from '../../server/engine/campaign-day.js';
import type { DayStart } from '../../server/engine/day-clock.js';
import type { ServiceOrder } from '../../server/engine/work-queue.js';
import { campaignDay } from '../../server/http/account-options.js';
import type { ReplyMode } from '../../server/http/later-replies.js';
import type { Security } from '../../server/http/secure-gate.js';
import type { SendTrouble } from '../../server/http/send-trouble.js';
import { loadScenario } from '../scenario/load.js';
import type { Platform } from '../scenario/platform.js';
import { MOST_WORKERS } from '../scenario/reference-server.js';
import type { Scenario } from '../scenario/schema.js';
import { Gathered } from './gathered.js';
import { referenceOptions } from './reference-options.js';
import { leftLines, SendingTold } from './sending-told.js';
import { type StaffFlags, staffOf } from './staff-flags.js';
import { checkFits } from './target-flags.js';
import { temporaryStore } from './temporary-store.js';

const MOST_WAITING = 10_000_000;

export interface ServeFlags extends StaffFlags {
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
  readonly reply?: ReplyMode['mode'] | undefined;
  readonly store?: string | undefined;
  readonly maxAge?: string | undefined;
  readonly timezone?: string | undefined;
  readonly day?: string | undefined;
  readonly platformUrl?: string | undefined;
  readonly appid?: string | undefined;
  readonly secret?: string | undefined;
}

/** How long replies under way may take to get out when the server is told to stop. */
const STOP_LIMIT_MS = 10_000;

export async function serveScenario(said: ServeFlags): Promise<void> {
  const { startServer } = await import('../../server/http/listen.js');
  const gathered = new Gathered();
  const flags = gathered.numbers(said);
  const loaded = await gathered.take(() => loadScenario(flags.scenario));
  if (loaded !== undefined) {
    await gathered.take(() => checkFits(loaded.scenario, undefined));
    gathered.add(missing(flags, loaded.scenario));
  }
  gathered.add(unreadable(flags));
  const { scenario, port } = gathered.complete({ scenario: loaded?.scenario, port: flags.port });
  const { platform } = scenario;
  const set = referenceOptions(scenario);
  const reply = replyOf(flags, scenario);
  const store = storeOf(flags.store);
  // What fans write is nobody else's on this machine.
  process.umask(0o077);
  const timeZone = flags.timezone ?? localTimeZone();
  const running = await startServer({
    host: flags.host,
    port,
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
    maxAgeS: secondsOf(flags.maxAge) ?? set.maxAgeS,
    day: campaignDay(timeZone, flags.day),
    store,
    reply,
    ...staffOf(flags),
  });
  running.service.onTrouble = (trouble) => {
    const told =
      trouble === undefined
        ? 'the store takes changes again'
        : `nothing can be stored: ${trouble.message}; only repeats are answered until it can`;
    process.stderr.write(`peakday: ${told}\n`);
  };
  const sending = new SendingTold((line) => process.stderr.write(`peakday: ${line}\n`));
  const tellSending = (trouble: SendTrouble | undefined) => sending.tell(trouble, running.service.account.sending.size);
  running.service.onSendTrouble = tellSending;
  if (running.service.sendTrouble !== undefined) tellSending(running.service.sendTrouble);
  process.stdout.write(`peakday serves ${scenario.name} at ${running.callbackUrl}\n`);
  process.stdout.write(store === 'memory' ? 'nothing is stored\n' : `all is stored in ${store.file}\n`);
  if (hasMoments(set.settings)) process.stdout.write(`${dayTold(running.service.account.day, timeZone)}\n`);
  if (reply.platform !== undefined) process.stdout.write(`${sendsBy[reply.mode]} ${reply.platform.url}\n`);
  if (flags.staffToken !== undefined) process.stdout.write(`its staff work at ${running.url}/console\n`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write('stopping: answering what is in flight\n');
  const { abandoned, lost } = await running.stop(STOP_LIMIT_MS);
  const unsent = running.service.account.sending.size;
  for (const line of leftLines(abandoned, unsent, reply.platform !== undefined)) process.stdout.write(`${line}\n`);
  if (lost > 0) process.stdout.write(`${lost} changes could not be stored; nobody was told of them\n`);
}

function replyOf({ reply, platformUrl, appid, secret }: SaidReply, { server, platform }: Scenario): ReplyMode {
  const mode = reply ?? (platformUrl === undefined || server.reply !== 'now' ? server.reply : 'later');
  if (mode === 'now' && platformUrl === undefined) return { mode };
  return { mode, platform: { url: platformUrl ?? '', appid: appid ?? platform.appid, secret: secret ?? '' } };
}

const sendsBy = {
  now: 'texts of the desk and corrections go by',
  later: 'its replies go later, by',
  auto: 'replies that take too long go later, by',
} as const satisfies Record<ReplyMode['mode'], string>;

function dayTold({ midnightMs }: DayStart, timeZone: string): string {
  const date = dateIn(timeZone, midnightMs);
  return `its moments count from midnight of ${date}, ${timeZone}; --day and --timezone say another`;
}

function storeOf(text: string | undefined): 'memory' | { readonly file: string } {
  if (text === 'memory') return text;
  return { file: text === undefined ? temporaryStore() : text.slice('file:'.length) };
}

type SaidReply = Pick<ServeFlags, 'reply' | 'platformUrl' | 'appid' | 'secret'>;

/** All that a flag or the environment has still to say, at once. */
function missing(flags: Pick<ServeFlags, 'token' | 'aesKey'> & SaidReply, scenario: Scenario): Problem[] {
  const { token, aesKey } = flags;
  const { mode } = scenario.platform;
  const reply = replyOf(flags, scenario);
  const problems: string[] = [];
  if (token === undefined || token === '')
    problems.push('say --token or PEAKDAY_TOKEN: the secret that the platform signs with');
  if (mode !== 'plain' && aesKey === undefined)
    problems.push(`platform.mode is ${mode}: say --aes-key or PEAKDAY_AES_KEY`);
  if (reply.platform !== undefined) {
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

type SaidTexts = Pick<
  ServeFlags,
  'workers' | 'workTime' | 'deadline' | 'maxAge' | 'queue' | 'store' | 'timezone' | 'day'
>;

/** Flags whose text says nothing, or what the scenario could not say. */
function unreadable(said: SaidTexts): Problem[] {
  const { workers, workTime, deadline, maxAge, queue, store, timezone, day } = said;
  const problems: string[] = [];
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS))
    problems.push(`--workers ${workers} is no whole number from 1 to ${MOST_WORKERS}`);
  for (const [flag, text] of Object.entries({ 'work-time': workTime, deadline, 'max-age': maxAge })) {
    if (text !== undefined && secondsOf(text) === undefined)
      problems.push(`--${flag} ${JSON.stringify(text)} is not a duration like 20ms`);
  }
  if (deadline !== undefined && secondsOf(deadline) === 0)
    problems.push('--deadline is 0: longer than that; the platform cuts a post after 5s');
  if (timezone !== undefined && !isTimeZone(timezone))
    problems.push(`--timezone ${JSON.stringify(timezone)} is no time zone like Asia/Shanghai`);
  if (day !== undefined && midnightIn('UTC', day) === undefined)
    problems.push(`--day ${JSON.stringify(day)} is no date like 2026-11-30`);
  if (queue !== undefined && queueOf(queue) === undefined)
    problems.push(`--queue ${JSON.stringify(queue)} is neither auto nor a whole number up to 10000000`);
  if (store !== undefined && store !== 'memory' && !/^file:./.test(store))
    problems.push(`--store ${JSON.stringify(store)} is neither memory nor file:PATH`);
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

function securityOf(
  { mode, appid }: Platform,
  { aesKey, aesKeyPrevious }: Pick<ServeFlags, 'aesKey' | 'aesKeyPrevious'>,
): Security {
  if (mode === 'plain') return { mode };
  return { mode, appid, keys: [aesKey ?? '', aesKeyPrevious] };
}
