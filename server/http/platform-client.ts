/** Calls the platform's API over HTTP: tokens and customer-service texts (section 5 of the wire notes). Never throws. */
import { Pool } from 'undici';
import { BODY_LIMIT_BYTES } from '../../wechat/limits.js';
import type { OutboxRecord } from '../engine/record.js';
import type { ErrCode } from './err-code.js';

export interface PlatformAddress {
  /** `http://host:port`, with a path before `/cgi-bin` if it has one. */
  readonly url: string;
  readonly appid: string;
  readonly secret: string;
}

export type FetchedToken = { readonly token: string; readonly expiresS: number } | { readonly errcode: ErrCode };

export interface LaterText {
  /** The same for every attempt, so that none is shown twice. */
  readonly clientId: string;
  readonly openid: string;
  readonly text: string;
}

export interface PlatformCalls {
  fetchToken(): Promise<FetchedToken>;
  /** 0: accepted. */
  sendText(token: string, reply: LaterText): Promise<ErrCode>;
}

/** `unreachable` is ours. */
type Answer = Readonly<Record<string, unknown>>;

/** Calls under way at the same time; each has a connection, kept. */
export const CONNECTIONS = 64;
const TIMEOUT_MS = 5_000;

export class PlatformClient implements PlatformCalls {
  readonly #pool: Pool;
  readonly #base: string;
  readonly #tokenPath: string;

  constructor({ url, appid, secret }: PlatformAddress) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      maxResponseSize: BODY_LIMIT_BYTES,
      connect: { timeout: TIMEOUT_MS },
    });
    this.#base = `${pathname.replace(/\/+$/, '')}/cgi-bin`;
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
    this.#tokenPath = `${this.#base}/token?${query}`;
  }

  async fetchToken(): Promise<FetchedToken> {
    const answer = await this.#call('GET', this.#tokenPath);
    const { access_token: token, expires_in: expiresS } = answer;
    if (typeof token === 'string' && token !== '' && typeof expiresS === 'number') return { token, expiresS };
    const errcode = errCodeOf(answer);
    return { errcode: errcode === 0 ? undefined : errcode };
  }

  async sendText(token: string, { clientId, openid, text }: LaterText): Promise<ErrCode> {
    const body = JSON.stringify({
      touser: openid,
      msgtype: 'text',
      text: { content: text },
      clientmsgid: clientId,
    });
    const path = `${this.#base}/message/custom/send?access_token=${encodeURIComponent(token)}`;
    return errCodeOf(await this.#call('POST', path, body));
  }

  /** Breaks what is under way. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #call(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> {
    try {
      const headers = {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const response = await this.#pool.request({ method, path, headers, ...(body === undefined ? {} : { body }) });
      const answer: unknown = JSON.parse(await response.body.text());
      const isUsable = response.statusCode === 200 && typeof answer === 'object' && answer !== null;
      return isUsable ? { ...answer, unreachable: undefined } : {};
    } catch (error) {
      // Not reached, cut, too slow, too long, no JSON: all of it passes, and all of it is tried again.
      return { unreachable: connectFailure(error) };
    }
  }
}

/** Unlike any other's, also of an account that began anew and counts from 1 again; at most 64 bytes. */
export function clientIdOf({ id, queuedMs }: Pick<OutboxRecord, 'id' | 'queuedMs'>): string {
  return `${queuedMs}-${id}`;
}

/** Why there was no connection; undefined: there was one, and the call may have gone out. */
function connectFailure(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  // Several addresses were tried: none took the connection.
  const causes: readonly Error[] = error instanceof AggregateError ? error.errors : [error];
  const isConnect = causes.every(
    (cause) => 'syscall' in cause && /^(connect|getaddrinfo)$/.test(String(cause.syscall)),
  );
  return isConnect || error.code === 'UND_ERR_CONNECT_TIMEOUT' ? String(error.code) : undefined;
}

function errCodeOf({ errcode, unreachable }: Answer): ErrCode {
  if (typeof unreachable === 'string') return unreachable;
  return typeof errcode === 'number' ? errcode : undefined;
}
