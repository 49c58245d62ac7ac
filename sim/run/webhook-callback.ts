/**
 * Where a webhook target sends what it answers later: any path, JSON by POST, the text and the fan where the scenario's
 * pointers say. Real clients put paths of their own behind the address (`/v2/bot/message/push`, `/api/chat.postMessage`).
 */
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { type Clock, wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { listenProblem, urlOf } from '../../core/listening.js';
import { UserError } from '../../core/problem.js';
import type { WebhookSettings } from '../scenario/channel.js';
import { compilePointer, JSON_LIMIT_BYTES, JSON_LIMIT_DEPTH, readJson } from './webhook-json.js';
import { bearerRefusal, webhookSigner } from './webhook-signature.js';

/** Shape of what a fan is shown later; `atUs` on the clock given. */
export interface WebhookReply {
  readonly openid: string;
  readonly kind: 'text';
  readonly text: string;
  readonly atUs: number;
}

export interface WebhookCallbackOptions {
  /** The scenario's `channel`. */
  readonly settings: Pick<WebhookSettings, 'signature' | 'reply'>;
  readonly secret: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
  /** Called once for each reply taken; whether it is right, and for whom, is the caller's to find out. */
  readonly onReply: (reply: WebhookReply) => void;
}

export interface WebhookCallback {
  /** What `{callback}` stands for: `http://127.0.0.1:40123`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Open at the same time; further connections are closed at once. */
const MAX_CONNECTIONS = 4_096;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** Throws `UserError` if the address cannot be had. */
export async function startWebhookCallback(options: WebhookCallbackOptions): Promise<WebhookCallback> {
  const { host, port } = options;
  const app = webhookCallbackServer(options);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new UserError(ExitCode.usage, `the callback: ${listenProblem(error as NodeJS.ErrnoException, host, port)}`);
  }
  return {
    url: urlOf(app.server.address() as AddressInfo),
    async stop() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** Built and not yet listening, so that tests can inject requests. */
export function webhookCallbackServer(options: Omit<WebhookCallbackOptions, 'host' | 'port'>): FastifyInstance {
  const { settings, secret, clock, onReply } = options;
  const { reply: where } = settings;
  const signer = webhookSigner(settings.signature, secret);
  const textIn = compilePointer(where.textAt);
  const toIn = compilePointer(where.toAt ?? '/to');
  const app = fastify({
    logger: false,
    bodyLimit: JSON_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  // The signature is over the bytes as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler<{ statusCode?: number; message: string }>((error, _request, response) =>
    response.code(error.statusCode ?? 500).send(refused(error.message)),
  );
  app.setNotFoundHandler((_request, response) =>
    response.code(405).header('allow', 'POST').send(refused('replies come by POST')),
  );
  app.post('*', (request, response) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const stranger =
      where.verify === 'none'
        ? undefined
        : where.verify === 'bearer'
          ? bearerRefusal(request.headers, secret)
          : signer.refusal(request.headers, body, Math.floor(wallMs() / 1_000));
    if (stranger !== undefined) return response.code(401).send(refused(stranger));
    const document = readJson(body.toString());
    if (document === undefined) return response.code(400).send(refused(`no JSON, or deeper than ${JSON_LIMIT_DEPTH}`));
    const text = textIn(document);
    if (typeof text !== 'string' || text === '')
      return response.code(400).send(refused(`no text at ${JSON.stringify(where.textAt)}`));
    const openid = toIn(document);
    if (typeof openid !== 'string' || openid === '')
      return response.code(400).send(refused(`no fan at ${JSON.stringify(where.toAt ?? '/to')}`));
    onReply({ openid, kind: 'text', text, atUs: clock.nowUs() });
    return response.send({ ok: true });
  });
  return app;
}

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
