/**
 * The platform's API without HTTP (WECHAT §5): one call in, one answer out; time and chance are given. A call is looked
 * at in this order: known, right method, busy, token, the API's quota, JSON, and then what it asks for.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { type RandomStream, randomStream } from '../../core/random.js';
import { answerOf, type PlatformAnswer, type PlatformCode } from './platform-code.js';
import { CustomerService, type LaterReply } from './platform-customer-service.js';
import { type FanOf, userInfo } from './platform-fan.js';
import { type MassJob, MassSender } from './platform-mass.js';
import { Quota } from './platform-quota.js';
import { RecentMap } from './platform-recent.js';
import { isClientId, isObject, type JsonObject, readMessage } from './platform-send-body.js';
import { type PlatformSettings, runSpanAt, wireSpanAt } from './platform-settings.js';
import { type Issued, TokenDesk } from './platform-token.js';

export interface PlatformCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface PlatformDeskParts {
  readonly appid: string;
  readonly secret: string;
  readonly settings: PlatformSettings;
  /** World seconds in a second. */
  readonly speed: number;
  readonly seed: number;
  /** Seconds since 1970 at the start: fans began to follow before it. */
  readonly startS: number;
  /** First number of its mass messages. */
  readonly firstMsgId: number;
  readonly fanOf: FanOf;
  readonly onReply: (reply: LaterReply) => void;
  /** To be reported at its `finishUs`. */
  readonly onMassJob: (job: MassJob) => void;
}

/** What has been asked and how it was answered. */
export interface PlatformCounts {
  readonly calls: number;
  /** Accepted by custom/send. */
  readonly sent: number;
  readonly massJobs: number;
  /** By `errcode`, 0 included; codes that never came are absent. */
  readonly byCode: Readonly<Record<number, number>>;
}

interface Api {
  readonly method: 'GET' | 'POST';
  /** False: it is where tokens come from. */
  readonly needsToken: boolean;
  readonly perDay: number;
  readonly answer: (call: PlatformCall, nowUs: number) => PlatformAnswer | PlatformCode;
}

const DAY_S = 86_400;
const MONTH_S = 30 * DAY_S;
const CLEARS_PER_MONTH = 10;
const MASS_IDS = 10_000;

export class PlatformDesk {
  readonly #parts: PlatformDeskParts;
  readonly #tokens: TokenDesk;
  readonly #service: CustomerService;
  readonly #mass: MassSender;
  /** Jobs by the account's own id for them. */
  readonly #massIds: RecentMap<string>;
  readonly #clears: Quota;
  readonly #quotas = new Map<string, Quota>();
  readonly #busy: RandomStream;
  readonly #apis: ReadonlyMap<string, Api>;
  readonly #byCode = new Map<number, number>();
  #calls = 0;
  #sent = 0;
  #massJobs = 0;

  constructor(parts: PlatformDeskParts, nowUs: number) {
    const { settings, speed, seed, fanOf } = parts;
    const { accountType, tokenLifeS: lifeS, tokenOverlapS: overlapS, tokenFetchesPerDay: fetchesPerDay } = settings;
    const span = runSpanAt(speed);
    this.#parts = parts;
    this.#tokens = new TokenDesk({ lifeS, overlapS, fetchesPerDay }, span, nowUs);
    const onReply = (reply: LaterReply) => {
      this.#sent += 1;
      parts.onReply(reply);
    };
    const { sendsPerMin, perMessage, perTap } = settings;
    const allowances = { perMessage, perTap };
    this.#service = new CustomerService(
      { fanOf, onReply, sendsPerMin, allowances, span, wireSpan: wireSpanAt(speed) },
      nowUs,
    );
    this.#mass = new MassSender({ accountType, fanOf, firstMsgId: parts.firstMsgId }, span, nowUs);
    this.#massIds = new RecentMap(span(DAY_S), nowUs, MASS_IDS);
    this.#clears = new Quota(CLEARS_PER_MONTH, span(MONTH_S), nowUs);
    this.#busy = randomStream(seed, 'platform-busy');
    this.#apis = this.#listApis();
    for (const [path, { perDay }] of this.#apis) this.#quotas.set(path, new Quota(perDay, span(DAY_S), nowUs));
  }

  get counts(): PlatformCounts {
    const byCode = Object.fromEntries(this.#byCode);
    return { calls: this.#calls, sent: this.#sent, massJobs: this.#massJobs, byCode };
  }

  /** Never throws, whatever came, unless the run's own callbacks do. */
  call(call: PlatformCall, nowUs: number): PlatformAnswer {
    const result = this.#result(call, nowUs);
    const answer = typeof result === 'number' ? answerOf(result) : result;
    return this.#counted(answer);
  }

  /** Counts and gives the refusal of what never became a call: no HTTP, or too large. */
  refuse(code: PlatformCode): PlatformAnswer {
    return this.#counted(answerOf(code));
  }

  #counted(answer: PlatformAnswer): PlatformAnswer {
    const code = typeof answer.errcode === 'number' ? answer.errcode : 0;
    this.#calls += 1;
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
    return answer;
  }

  #result(call: PlatformCall, nowUs: number): PlatformAnswer | PlatformCode {
    const api = this.#apis.get(call.path);
    if (api === undefined) return 48001;
    if (call.method !== api.method) return api.method === 'GET' ? 43001 : 43002;
    const { failureShare } = this.#parts.settings;
    if (failureShare > 0 && this.#busy.uniform() < failureShare) return -1;
    if (api.needsToken) {
      const code = this.#tokens.check(call.query.access_token, nowUs);
      if (code !== 0) return code;
    }
    return this.#quotas.get(call.path)!.take(nowUs) ? api.answer(call, nowUs) : 45009;
  }

  #listApis(): ReadonlyMap<string, Api> {
    const { dailyQuota: perDay, massSendsPerDay } = this.#parts.settings;
    const unlimited = Number.POSITIVE_INFINITY;
    const posted = (
      handle: (body: JsonObject, nowUs: number) => PlatformAnswer | PlatformCode,
      limit = perDay,
    ): Api => ({
      method: 'POST',
      needsToken: true,
      perDay: limit,
      answer: ({ body }, nowUs) => withJson(body, (object) => handle(object, nowUs)),
    });
    const got = (answer: Api['answer']): Api => ({ method: 'GET', needsToken: true, perDay, answer });
    return new Map<string, Api>([
      // Both have quotas of their own.
      [
        '/cgi-bin/token',
        { ...got(({ query }, nowUs) => this.#token(query, nowUs)), needsToken: false, perDay: unlimited },
      ],
      [
        '/cgi-bin/stable_token',
        { ...posted((body, nowUs) => this.#stableToken(body, nowUs), unlimited), needsToken: false },
      ],
      ['/cgi-bin/message/custom/send', posted((body, nowUs) => this.#service.send(body, nowUs))],
      ['/cgi-bin/message/custom/typing', posted((body, nowUs) => this.#service.type(body, nowUs))],
      ['/cgi-bin/message/mass/send', posted((body, nowUs) => this.#massSend(body, nowUs), massSendsPerDay)],
      ['/cgi-bin/message/mass/speed/get', { ...posted(() => 0), answer: () => this.#mass.speed }],
      ['/cgi-bin/message/mass/speed/set', posted(({ speed }) => this.#mass.setSpeed(speed))],
      ['/cgi-bin/user/info', got(({ query }) => this.#userInfo(query))],
      ['/cgi-bin/getcallbackip', got(() => ({ ip_list: ['127.0.0.1', '::1'] }))],
      ['/cgi-bin/clear_quota', posted(({ appid }, nowUs) => this.#clearQuota(appid, nowUs), unlimited)],
    ]);
  }

  #token(query: PlatformCall['query'], nowUs: number): PlatformAnswer | PlatformCode {
    return this.#refuseAccount(query) ?? tokenAnswer(this.#tokens.fetch(nowUs));
  }

  #stableToken(body: JsonObject, nowUs: number): PlatformAnswer | PlatformCode {
    const { force_refresh: isForced = false } = body;
    if (typeof isForced !== 'boolean') return 40035;
    return this.#refuseAccount(body) ?? tokenAnswer(this.#tokens.fetchStable(isForced, nowUs));
  }

  #refuseAccount(given: JsonObject): PlatformCode | undefined {
    if (given.grant_type !== 'client_credential') return 40002;
    if (given.appid === undefined || given.appid === '') return 41002;
    if (given.appid !== this.#parts.appid) return 40013;
    if (given.secret === undefined || given.secret === '') return 41004;
    return isSame(given.secret, this.#parts.secret) ? undefined : 40125;
  }

  #massSend(body: JsonObject, nowUs: number): PlatformAnswer | PlatformCode {
    const { clientmsgid: id, touser } = body;
    const text = readMessage(body);
    if (typeof text === 'number') return text;
    if (id !== undefined && !isClientId(id)) return 40035;
    const before = id === undefined ? undefined : this.#massIds.get(id);
    if (before !== undefined) return { ...answerOf(45065), msg_id: Number(before) };
    const job = this.#mass.send(touser, nowUs);
    if (typeof job === 'number') return job;
    if (id !== undefined) this.#massIds.set(nowUs, id, job.msgId);
    this.#massJobs += 1;
    this.#parts.onMassJob(job);
    const msgId = Number(job.msgId);
    return { errcode: 0, errmsg: 'send job submission success', msg_id: msgId, msg_data_id: msgId };
  }

  #userInfo({ openid, lang }: PlatformCall['query']): PlatformAnswer | PlatformCode {
    const fan = typeof openid === 'string' ? this.#parts.fanOf(openid) : undefined;
    return fan === undefined ? 40003 : userInfo(openid as string, fan, lang, this.#parts.startS - DAY_S);
  }

  #clearQuota(appid: unknown, nowUs: number): PlatformCode {
    if (appid !== this.#parts.appid) return 40013;
    if (!this.#clears.take(nowUs)) return 48006;
    this.#tokens.clearQuota();
    for (const quota of this.#quotas.values()) quota.clear();
    return 0;
  }
}

function withJson(
  body: string,
  handle: (object: JsonObject) => PlatformAnswer | PlatformCode,
): PlatformAnswer | PlatformCode {
  if (body.trim() === '') return 44002;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 47001;
  }
  return isObject(parsed) ? handle(parsed) : 47001;
}

function tokenAnswer(issued: Issued): PlatformAnswer | PlatformCode {
  if ('errcode' in issued) return issued.errcode;
  return { access_token: issued.value, expires_in: issued.expiresS };
}

/** Takes the same time wherever they first differ: digests have one length. */
function isSame(given: unknown, expected: string): boolean {
  return (
    typeof given === 'string' && timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
  );
}
