/**
 * The callback URL as fastify serves it: the platform's check of it (GET), and pushes (POST) on all connections but those
 * that `push-listener.ts` reads itself.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../core/clock.js';
import type { Metrics } from './metrics.js';
import { type CheckQuery, PLAIN, type PushIntake, type PushReply, type ReplyType } from './push-intake.js';
import type { PushQuery } from './secure-gate.js';

/** Unless the options say another. */
export const CALLBACK_PATH = '/wechat';

export interface CallbackParts {
  readonly path: string;
  readonly intake: PushIntake;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
}

/** To be registered in a scope of its own: it takes bodies of any type as text. */
export function addCallback(scope: FastifyInstance, parts: CallbackParts): void {
  const { path, intake, clock, metrics, isStopping } = parts;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  scope.decorateRequest('arrivedUs', 0);

  scope.get(path, ({ query }, reply) => intake.check(query as CheckQuery, new FastifyPushReply(reply)));

  // Before the body is read.
  const onRequest = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    request.arrivedUs = clock.nowUs();
    if (isStopping()) {
      metrics.countOutcome('refused');
      refuse(reply.header('connection', 'close'), 503, 'the server is stopping');
      return;
    }
    const turned = intake.turnedAway(request.query as PushQuery);
    if (turned !== undefined) {
      intake.turnAway(turned, new FastifyPushReply(reply));
      return;
    }
    // Whatever it says, even what is no media type: the body is read as XML.
    request.headers['content-type'] = undefined;
    done();
  };

  scope.post(path, { onRequest }, ({ body, query, arrivedUs }, reply) => {
    intake.take(query as PushQuery, typeof body === 'string' ? body : '', arrivedUs, new FastifyPushReply(reply));
  });

  scope.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (request.method === 'POST') metrics.countOutcome(status < 500 ? 'malformed' : 'failed');
    return refuse(reply, status, status < 500 ? error.message : 'internal error');
  });
}

class FastifyPushReply implements PushReply {
  readonly #reply: FastifyReply;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  get isGone(): boolean {
    return this.#reply.raw.destroyed;
  }

  send(status: number, type: ReplyType, body: string, retryAfterS?: number): void {
    if (retryAfterS !== undefined) this.#reply.header('retry-after', String(retryAfterS));
    this.#reply.code(status).type(type).send(body);
  }

  reset(): void {
    this.#reply.hijack();
    this.#reply.raw.socket?.resetAndDestroy();
  }

  onGone(call: () => void): void {
    this.#reply.raw.once('close', call);
  }
}

function refuse(reply: FastifyReply, status: number, reason: string): FastifyReply {
  return reply.code(status).type(PLAIN).send(reason);
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When the head of a push was read, microseconds on the server's clock. */
    arrivedUs: number;
  }
}
