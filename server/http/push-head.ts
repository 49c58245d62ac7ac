/**
 * The fast reader for the head of a push, or of a check of the callback URL, as almost every client writes it. It never
 * refuses: it gives up, and node:http decides. What it does accept, node:http reads the same way (a test holds this).
 *
 *     POST PATH?name=value&… HTTP/1.1      or GET; values without escapes, none of a push's names twice
 *     host, content-length                 once each; a GET has no length
 *     connection: keep-alive               or none
 *     anything else, but for what changes how the body is read or what the connection is
 */
import { ownText } from '../../core/own-text.js';
import type { CheckQuery } from './push-intake.js';
import type { PushQuery } from './secure-gate.js';

export interface PushHead {
  /** It is no push but a check of the URL. */
  readonly isCheck: boolean;
  readonly query: PushQuery & CheckQuery;
  /** Where the body begins. */
  readonly bodyAt: number;
  readonly bodyBytes: number;
}

/** Heads of pushes have some 300. */
const HEAD_LIMIT_BYTES = 8_192;

const headEnd = Buffer.from('\r\n\r\n');
const version = ' HTTP/1.1\r\n';
const plainQuery = /^[\w.~=&-]*$/;
const plainFields = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)+$/;
const lengthValue = /^[ \t]*(\d{1,7})[ \t]*$/;
const keepAliveValue = /^[ \t]*keep-alive[ \t]*$/i;

/** How the heads for a callback URL begin. */
export interface HeadStarts {
  readonly push: string;
  readonly check: string;
}

export function headStarts(path: string): HeadStarts {
  return { push: `POST ${path}?`, check: `GET ${path}?` };
}

/** Undefined: not all of the head is there, or node:http is to read it. */
export function readPushHead(bytes: Buffer, starts: HeadStarts): PushHead | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0 || end > HEAD_LIMIT_BYTES) return undefined;
  const head = bytes.toString('latin1', 0, end + 2);
  const isPush = head.startsWith(starts.push);
  if (!isPush && !head.startsWith(starts.check)) return undefined;
  const start = isPush ? starts.push : starts.check;
  const queryEnd = head.indexOf(version, start.length);
  if (queryEnd < 0) return undefined;
  const query = readPlainQuery(head.slice(start.length, queryEnd));
  if (query === undefined) return undefined;
  const bodyBytes = lengthIn(head.slice(queryEnd + version.length));
  if (bodyBytes === undefined || bodyBytes > 0 !== isPush) return undefined;
  return { isCheck: !isPush, query, bodyAt: end + 4, bodyBytes };
}

/** The parameters a push is judged by; what else there is may be anything plain. */
function readPlainQuery(text: string): PushHead['query'] | undefined {
  if (!plainQuery.test(text)) return undefined;
  const query: { -readonly [Name in keyof PushHead['query']]: string | undefined } = {
    signature: undefined,
    timestamp: undefined,
    nonce: undefined,
    encrypt_type: undefined,
    msg_signature: undefined,
    echostr: undefined,
  };
  for (let at = 0; at <= text.length; ) {
    const and = text.indexOf('&', at);
    const end = and < 0 ? text.length : and;
    const equals = text.indexOf('=', at);
    if (equals < 0 || equals > end) return undefined;
    const name = text.slice(at, equals);
    if (Object.hasOwn(query, name)) {
      if (query[name as keyof typeof query] !== undefined) return undefined;
      const value = text.slice(equals + 1, end);
      if (value.includes('=')) return undefined;
      query[name as keyof typeof query] = value;
    }
    at = end + 1;
  }
  return query;
}

/** Fields that were read, and the length they give: a client writes the same again and again. */
const lengths = new Map<string, number>();
const MOST_LENGTHS = 256;
/** Longer ones are not worth keeping. */
const LONGEST_KEPT = 1_024;

function lengthIn(fields: string): number | undefined {
  const known = lengths.get(fields);
  if (known !== undefined) return known;
  const length = readFields(fields);
  if (length === undefined || fields.length > LONGEST_KEPT) return length;
  if (lengths.size >= MOST_LENGTHS) lengths.clear();
  lengths.set(ownText(fields), length);
  return length;
}

/** The length of the body, 0 if none is given. Undefined: node:http is to read it. */
function readFields(fields: string): number | undefined {
  if (!plainFields.test(fields)) return undefined;
  let hosts = 0;
  let length: number | undefined;
  for (let at = 0; at < fields.length; ) {
    const colon = fields.indexOf(':', at);
    const end = fields.indexOf('\r', colon);
    // By its length first: few fields are any of these.
    switch (colon - at) {
      case 2:
      case 4:
      case 6:
      case 7:
      case 10:
      case 14:
      case 16:
      case 17:
        switch (fields.slice(at, colon).toLowerCase()) {
          case 'host':
            hosts += 1;
            break;
          case 'content-length': {
            const digits = lengthValue.exec(fields.slice(colon + 1, end));
            if (length !== undefined || digits === null) return undefined;
            length = Number(digits[1]);
            break;
          }
          case 'connection':
            if (!keepAliveValue.test(fields.slice(colon + 1, end))) return undefined;
            break;
          case 'te':
          case 'expect':
          case 'upgrade':
          case 'trailer':
          case 'proxy-connection':
          case 'transfer-encoding':
            return undefined;
        }
        break;
    }
    at = end + 2;
  }
  return hosts === 1 ? (length ?? 0) : undefined;
}
