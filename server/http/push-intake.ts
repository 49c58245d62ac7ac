/** What is done with a push, whoever read it: from its query and body to one answer. Sections 1, 2 and 4 of the wire notes. */
import type { Clock } from '../../core/clock.js';
import { unreachable } from '../../core/problem.js';
import { US_PER_S } from '../../core/units.js';
import { isSigned, type SignedQuery } from '../../wechat/signature.js';
import { writeReply } from '../../wechat/write-reply.js';
import type { Answer } from '../store/answer-memory.js';
import type { FlowEnd } from './flow-job.js';
import type { MessageFlow } from './message-flow.js';
import type { Metrics } from './metrics.js';
import type { ReplayGuard } from './replay-guard.js';
import { type Gate, gateFor, type PushQuery, type Security, type Taken, type Turned } from './secure-gate.js';

export interface IntakeParts {
  readonly token: string;
  /** Given: pushes for another account are refused. */
  readonly account: string | undefined;
  /** Undefined: plain mode. */
  readonly security: Security | undefined;
  /** Undefined: pushes of any age are taken, and any number under one signature. */
  readonly replays: ReplayGuard | undefined;
  readonly clock: Clock;
  readonly flow: MessageFlow;
  readonly metrics: Metrics;
}

/** Of a check of the callback URL, as a server finds it. */
export type CheckQuery = SignedQuery & { readonly echostr?: unknown };

/** The answer to one push: `send` or `reset` is called once, unless the client has gone. */
export interface PushReply {
  /** The connection is closed. */
  readonly isGone: boolean;
  /** `retryAfterS`: after how many seconds to come again. */
  send(status: number, type: ReplyType, body: string, retryAfterS?: number): void;
  /** Resets the connection instead of an answer. */
  reset(): void;
  /** Calls back if the connection is closed before the answer. */
  onGone(call: () => void): void;
}

export const PLAIN = 'text/plain; charset=utf-8';
const XML = 'application/xml; charset=utf-8';
export type ReplyType = typeof PLAIN | typeof XML;

/** Seconds after which to come again, told to whoever is shed. */
const RETRY_AFTER_S = 1;

/** Of an account's name that came, and of ours beside it, as told to whoever sent it. */
const NAME_LENGTH = 60;

/** Neither is secret: original ids stand in every push. */
function misdirected(came: string, ours: string): Turned {
  const told = (name: string) => JSON.stringify(name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name);
  const reason = `the push is for another account: ToUserName is ${told(came)}, this server answers for ${told(ours)}`;
  return { do: 'turn away', status: 403, reason };
}

export class PushIntake {
  readonly #parts: IntakeParts;
  readonly #gate: Gate;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#gate = gateFor(parts.token, parts.security);
  }

  /** The platform's check of the URL. */
  check(query: CheckQuery, reply: PushReply): void {
    if (!isSigned(this.#parts.token, query)) reply.send(403, PLAIN, 'the signature does not fit');
    else if (typeof query.echostr !== 'string') reply.send(400, PLAIN, 'echostr is missing');
    else reply.send(200, PLAIN, query.echostr);
  }

  /**
   * Before the body is read: who has no signature is not listened to. In safe mode only the body shows whether it fits.
   * Undefined: it is worth reading.
   */
  turnedAway(query: PushQuery): Turned | undefined {
    return this.#gate.turnedAway(query) ?? this.#parts.replays?.tooOld(query);
  }

  turnAway({ status, reason, isReplay }: Turned, reply: PushReply): void {
    this.#parts.metrics.countOutcome(isReplay === true ? 'replayed' : status === 403 ? 'refused' : 'malformed');
    reply.send(status, PLAIN, reason);
  }

  /** An error of ours came between. */
  failed(reply: PushReply): void {
    this.#parts.metrics.countOutcome('failed');
    reply.send(500, PLAIN, 'internal error');
  }

  /** A push that was not turned away. `arrivedUs`: when its head was read, on the server's clock. */
  take(query: PushQuery, body: string, arrivedUs: number, reply: PushReply): void {
    const { account, replays, clock, flow, metrics } = this.#parts;
    const entry = this.#gate.read(body, query);
    if (entry.do === 'turn away') return this.turnAway(entry, reply);
    const used = replays?.used(query, body);
    if (used !== undefined) return this.turnAway(used, reply);
    const { message } = entry;
    if (account !== undefined && message.toUserName !== account) {
      return this.turnAway(misdirected(message.toUserName, account), reply);
    }
    metrics.countMessage(message);
    let isCut = false;
    let isEnded = false;
    const cut = flow.accept(message, (end) => {
      isEnded = true;
      metrics.observeResponseS((clock.nowUs() - arrivedUs) / US_PER_S);
      if (!isCut && reply.isGone) {
        isCut = true;
        metrics.countCut();
      }
      if (isCut && end.do === 'answer') countUnheard(end, metrics);
      else respond(end, entry, reply, metrics);
    });
    if (cut === undefined || isEnded) return;
    reply.onGone(() => {
      if (isEnded) return;
      isCut = true;
      metrics.countCut();
      cut();
    });
  }
}

function respond(end: FlowEnd, taken: Taken, reply: PushReply, metrics: Metrics): void {
  switch (end.do) {
    case 'answer':
      if (end.rule === undefined) metrics.countOutcome('duplicate');
      else {
        metrics.countReply(end.rule);
        metrics.countOutcome(end.answer.text === undefined ? 'acknowledged' : 'answered');
      }
      sendAnswer(end.answer, taken, reply);
      return;
    case 'shed':
      metrics.countOutcome('shed');
      reply.send(503, PLAIN, 'too many messages wait', RETRY_AFTER_S);
      return;
    case 'expired':
      metrics.countOutcome('expired');
      reply.send(503, PLAIN, 'the message waited too long');
      return;
    case 'unkept':
      metrics.countOutcome('unkept');
      reply.send(503, PLAIN, 'nothing can be stored now', RETRY_AFTER_S);
      return;
    case 'failed':
      metrics.countOutcome('failed');
      reply.send(500, PLAIN, 'the message could not be stored');
      return;
    case 'status':
      metrics.countOutcome('failed');
      reply.send(end.code, PLAIN, 'a fault is being played');
      return;
    case 'reset':
      metrics.countOutcome('failed');
      reply.reset();
      return;
    default:
      unreachable(end);
  }
}

/** The client has gone: the answer is for the next repeat, if one comes. */
function countUnheard({ rule }: Extract<FlowEnd, { do: 'answer' }>, metrics: Metrics): void {
  if (rule !== undefined) metrics.countReply(rule);
  metrics.countOutcome('unheard');
}

function sendAnswer(answer: Answer, { message, seal }: Taken, reply: PushReply): void {
  if (answer.text === undefined) return reply.send(200, PLAIN, 'success');
  const xml = writeReply({
    kind: 'text',
    toUserName: message.fromUserName,
    fromUserName: message.toUserName,
    createTime: answer.createTimeS,
    content: answer.text,
  });
  reply.send(200, XML, seal(xml));
}
