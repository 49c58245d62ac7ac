/** The callback URL: the platform's check of it (GET) and its pushes (POST). Sections 1, 2 and 4 of the wire notes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../core/clock.js';
import { unreachable } from '../../core/problem.js';
import { US_PER_S } from '../../core/units.js';
import { isSigned, type SignedQuery } from '../../wechat/signature.js';
import { writeReply } from '../../wechat/write-reply.js';
import type { Answer } from '../store/answer-memory.js';
import type { FlowEnd, MessageFlow } from './message-flow.js';
import type { Metrics } from './metrics.js';
import type { ReplayGuard } from './replay-guard.js';
import { gateFor, type PushQuery, type Security, type Taken, type Turned } from './secure-gate.js';

/** Unless the options say another. */
export const CALLBACK_PATH = '/wechat';

/** Seconds after which to come again, told to whoever is shed. */
const RETRY_AFTER_S = 1;

const misdirected: Turned = { do: 'turn away', status: 403, reason: 'the push is for another account' };

export interface CallbackParts {
  readonly token: string;
  /** Given: pushes for another account are refused. */
  readonly account: string | undefined;
  /** Undefined: plain mode. */
  readonly security: Security | undefined;
  /** Undefined: pushes of any age are taken, and any number under one signature. */
  readonly replays: ReplayGuard | undefined;
  readonly path: string;
  readonly clock: Clock;
  readonly flow: MessageFlow;
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
}

/** To be registered in a scope of its own: it takes bodies of any type as text. */
export function addCallback(scope: FastifyInstance, parts: CallbackParts): void {
  const { token, account, replays, path, clock, metrics, isStopping } = parts;
  const gate = gateFor(token, parts.security);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  scope.decorateRequest('arrivedUs', 0);

  scope.get(path, (request, reply) => {
    const query = request.query as SignedQuery & { readonly echostr?: unknown };
    if (!isSigned(token, query)) return refuse(reply, 403, 'the signature does not fit');
    if (typeof query.echostr !== 'string') return refuse(reply, 400, 'echostr is missing');
    return reply.type('text/plain; charset=utf-8').send(query.echostr);
  });

  // Before the body is read: who has no signature is not listened to. In safe mode only the body shows whether it fits.
  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    request.arrivedUs = clock.nowUs();
    if (isStopping()) {
      metrics.countOutcome('refused');
      refuse(reply.header('connection', 'close'), 503, 'the server is stopping');
      return;
    }
    const query = request.query as PushQuery;
    const turned = gate.turnedAway(query) ?? replays?.tooOld(query);
    if (turned !== undefined) {
      turnAway(turned, reply, metrics);
      return;
    }
    // Whatever it says, even what is no media type: the body is read as XML.
    request.headers['content-type'] = undefined;
    done();
  };

  scope.post(path, { onRequest }, (request, reply) => {
    const { body, query } = request;
    const entry = gate.read(typeof body === 'string' ? body : '', query as PushQuery);
    if (entry.do === 'turn away') return turnAway(entry, reply, metrics);
    const used = replays?.used(query as PushQuery, body as string);
    if (used !== undefined) return turnAway(used, reply, metrics);
    const { message } = entry;
    if (account !== undefined && message.toUserName !== account) return turnAway(misdirected, reply, metrics);
    metrics.countMessage(message);
    let isCut = false;
    let isEnded = false;
    const cut = parts.flow.accept(message, (end) => {
      isEnded = true;
      metrics.observeResponseS((clock.nowUs() - request.arrivedUs) / US_PER_S);
      if (!isCut && reply.raw.destroyed) {
        isCut = true;
        metrics.countCut();
      }
      if (isCut && end.do === 'answer') countUnheard(end, metrics);
      else respond(end, entry, reply, metrics);
    });
    if (cut === undefined || isEnded) return;
    reply.raw.once('close', () => {
      if (isEnded) return;
      isCut = true;
      metrics.countCut();
      cut();
    });
  });

  scope.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (request.method === 'POST') metrics.countOutcome(status < 500 ? 'malformed' : 'failed');
    return refuse(reply, status, status < 500 ? error.message : 'internal error');
  });
}

function turnAway({ status, reason, isReplay }: Turned, reply: FastifyReply, metrics: Metrics): void {
  metrics.countOutcome(isReplay === true ? 'replayed' : status === 403 ? 'refused' : 'malformed');
  refuse(reply, status, reason);
}

function respond(end: FlowEnd, taken: Taken, reply: FastifyReply, metrics: Metrics): void {
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
      refuse(reply.header('retry-after', String(RETRY_AFTER_S)), 503, 'too many messages wait');
      return;
    case 'expired':
      metrics.countOutcome('expired');
      refuse(reply, 503, 'the message waited too long');
      return;
    case 'unkept':
      metrics.countOutcome('unkept');
      refuse(reply.header('retry-after', String(RETRY_AFTER_S)), 503, 'nothing can be stored now');
      return;
    case 'failed':
      metrics.countOutcome('failed');
      refuse(reply, 500, 'the message could not be stored');
      return;
    case 'status':
      metrics.countOutcome('failed');
      refuse(reply, end.code, 'a fault is being played');
      return;
    case 'reset':
      metrics.countOutcome('failed');
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
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

function sendAnswer(answer: Answer, { message, seal }: Taken, reply: FastifyReply): void {
  if (answer.text === undefined) {
    reply.type('text/plain; charset=utf-8').send('success');
    return;
  }
  const xml = writeReply({
    kind: 'text',
    toUserName: message.fromUserName,
    fromUserName: message.toUserName,
    createTime: answer.createTimeS,
    content: answer.text,
  });
  reply.type('application/xml; charset=utf-8').send(seal(xml));
}

function refuse(reply: FastifyReply, status: number, reason: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(reason);
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When the head of a push was read, microseconds on the server's clock. */
    arrivedUs: number;
  }
}
