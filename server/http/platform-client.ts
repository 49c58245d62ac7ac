/** Calls the platform's API over HTTP: tokens and customer-service texts (section 5 of the wire notes). Never throws. */
import type { Pool } from 'undici';
import { BODY_LIMIT_BYTES } from '../../wechat/limits.js';
import type { OutboxRecord } from '../engine/record.js';
import type { ErrCode, NoAnswer } from './err-code.js';

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

/** A JSON object of status 200, or why there is none. */
type Answer = { readonly fields: Readonly<Record<string, unknown>> } | { readonly errcode: string | NoAnswer };

/** Calls under way at the same time; each has a connection, kept. */
export const CONNECTIONS = 64;
const TIMEOUT_MS = 5_000;

export class PlatformClient implements PlatformCalls {
  readonly #pool: Promise<Pool>;
  readonly #base: string;
  readonly #tokenPath: string;

  constructor({ url, appid, secret }: PlatformAddress) {
    const { origin, pathname } = new URL(url);
    this.#pool = poolTo(origin);
    this.#base = `${pathname.replace(/\/+$/, '')}/cgi-bin`;
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
    this.#tokenPath = `${this.#base}/token?${query}`;
  }

  async fetchToken(): Promise<FetchedToken> {
    const answer = await this.#call('GET', this.#tokenPath);
    if ('errcode' in answer) return answer;
    const { access_token: token, expires_in: expiresS } = answer.fields;
    if (typeof token === 'string' && token !== '' && typeof expiresS === 'number') return { token, expiresS };
    const errcode = errCodeOf(answer);
    return { errcode: errcode === 0 ? noAnswer('there is no token in it') : errcode };
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
    await (await this.#pool).destroy();
  }

  async #call(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> {
    try {
      const headers = {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const pool = await this.#pool;
      const response = await pool.request({ method, path, headers, ...(body === undefined ? {} : { body }) });
      const { statusCode } = response;
      const fields = objectIn(await response.body.text());
      if (statusCode !== 200) return { errcode: noAnswer(`it answers with HTTP status ${statusCode}`) };
      return fields === undefined ? { errcode: noAnswer('what it answers is no JSON object') } : { fields };
    } catch (error) {
      // Not reached, cut, too slow, too long: all of it passes, and all of it is tried again.
      return { errcode: connectFailure(error) ?? noAnswer(silenceOf(error)) };
    }
  }
}

/** Loaded only here: a server that replies in the response never calls the platform. */
async function poolTo(origin: string): Promise<Pool> {
  const { Pool } = await import('undici');
  return new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: BODY_LIMIT_BYTES,
    connect: { timeout: TIMEOUT_MS },
  });
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

function silenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) return `nothing came within ${TIMEOUT_MS / 1_000} s`;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'what it answers is too long';
  return `the connection was cut${code === '' ? '' : ` (${code})`}`;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function noAnswer(why: string): NoAnswer {
  return { noAnswer: why };
}

function errCodeOf(answer: Answer): ErrCode {
  if ('errcode' in answer) return answer.errcode;
  const { errcode } = answer.fields;
  return typeof errcode === 'number' ? errcode : noAnswer('there is no errcode in it');
}
