/** The signature of a push or of a callback-URL check: section 1. */
import { hash, timingSafeEqual } from 'node:crypto';

/** The query parameters a signature stands in, as a server finds them: anything may be missing or repeated. */
export interface SignedQuery {
  readonly signature?: unknown;
  readonly timestamp?: unknown;
  readonly nonce?: unknown;
}

/** Lowercase hexadecimal SHA-1 of the three values, sorted as strings and joined. */
export function sign(token: string, timestamp: string, nonce: string): string {
  const low = token < timestamp ? token : timestamp;
  const high = token < timestamp ? timestamp : token;
  const joined = nonce < low ? nonce + low + high : nonce < high ? low + nonce + high : low + high + nonce;
  // One call: 0.6 µs, where createHash takes 1.5 µs.
  return hash('sha1', joined, 'hex');
}

/** Whether the query carries the token's signature. Takes the same time wherever a wrong signature first differs. */
export function isSigned(token: string, { signature, timestamp, nonce }: SignedQuery): boolean {
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string') return false;
  const expected = Buffer.from(sign(token, timestamp, nonce));
  const given = Buffer.from(signature);
  // The right length is no secret; its being wrong still costs the same hash.
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The query of a plain push (section 2), without the question mark. */
export function pushQuery(push: {
  readonly token: string;
  readonly timestampS: number;
  readonly nonce: string;
  readonly openid: string;
}): string {
  const timestamp = String(push.timestampS);
  const signature = sign(push.token, timestamp, push.nonce);
  const nonce = encodeURIComponent(push.nonce);
  return `signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&openid=${encodeURIComponent(push.openid)}`;
}
