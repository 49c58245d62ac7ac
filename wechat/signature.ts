/** The signatures of a push and of a callback-URL check: sections 1 and 2. */
import { hash, timingSafeEqual } from 'node:crypto';

/** The query parameters a signature stands in, as a server finds them: anything may be missing or repeated. */
export interface SignedQuery {
  readonly signature?: unknown;
  readonly timestamp?: unknown;
  readonly nonce?: unknown;
}

/** The same for a push that is encrypted. */
export interface EncryptedQuery {
  readonly encrypt_type?: unknown;
  readonly msg_signature?: unknown;
  readonly timestamp?: unknown;
  readonly nonce?: unknown;
}

export interface PushToSign {
  readonly token: string;
  readonly timestampS: number;
  readonly nonce: string;
  /** Absent: the query has no `openid`. */
  readonly openid?: string | undefined;
}

/** Lowercase hexadecimal SHA-1 of the three values, sorted as strings and joined. */
export function sign(token: string, timestamp: string, nonce: string): string {
  const low = token < timestamp ? token : timestamp;
  const high = token < timestamp ? timestamp : token;
  const joined = nonce < low ? nonce + low + high : nonce < high ? low + nonce + high : low + high + nonce;
  // One call: 0.6 µs, where createHash takes 1.5 µs.
  return hash('sha1', joined, 'hex');
}

/** `msg_signature` of a push and `MsgSignature` of a reply (section 2): the same over four values. */
export function signEncrypted(token: string, timestamp: string, nonce: string, encrypt: string): string {
  return hash('sha1', [token, timestamp, nonce, encrypt].sort().join(''), 'hex');
}

/** Whether the query carries the token's signature. Takes the same time wherever a wrong signature first differs. */
export function isSigned(token: string, { signature, timestamp, nonce }: SignedQuery): boolean {
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string') return false;
  return isSame(signature, sign(token, timestamp, nonce));
}

/** Whether the query carries the token's signature of this `Encrypt`; `signature` is not looked at (section 2). */
export function isSignedEncrypted(token: string, query: EncryptedQuery, encrypt: string): boolean {
  const { msg_signature: signature, timestamp, nonce } = query;
  if (typeof signature !== 'string' || typeof timestamp !== 'string' || typeof nonce !== 'string') return false;
  return isSame(signature, signEncrypted(token, timestamp, nonce, encrypt));
}

/** The query of a plain push (section 2), without the question mark. */
export function pushQuery({ token, timestampS, nonce, openid }: PushToSign): string {
  const signature = sign(token, String(timestampS), nonce);
  const query = `signature=${signature}&timestamp=${timestampS}&nonce=${encodeURIComponent(nonce)}`;
  return openid === undefined ? query : `${query}&openid=${encodeURIComponent(openid)}`;
}

/** The query of an encrypted push: that of a plain one, the old signature included, and two parameters more. */
export function encryptedPushQuery(push: PushToSign & { readonly encrypt: string }): string {
  const signature = signEncrypted(push.token, String(push.timestampS), push.nonce, push.encrypt);
  return `${pushQuery(push)}&encrypt_type=aes&msg_signature=${signature}`;
}

function isSame(given: string, expected: string): boolean {
  const givenBytes = Buffer.from(given);
  const expectedBytes = Buffer.from(expected);
  // The right length is no secret; its being wrong still costs the same hash.
  return givenBytes.length === expectedBytes.length && timingSafeEqual(givenBytes, expectedBytes);
}
