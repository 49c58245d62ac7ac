/**
 * The cipher of safe and compatible mode: section 2, "Encryption". AES-256-CBC in Base64 over
 *
 *     16 random bytes │ length of message, 4 bytes, big-endian │ message, UTF-8 │ appid │ n bytes of value n
 *
 * where n, 1 to 32, fills up to a multiple of 32: two blocks of AES, not one, so the padding is ours and not the
 * cipher's. The IV is the head of the key and nothing is authenticated: verify `msg_signature` before decrypting.
 */
import { isUtf8 } from 'node:buffer';
import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

const ALGORITHM = 'aes-256-cbc';
const IV_BYTES = 16;
const RANDOM_BYTES = 16;
/** Where the message starts: after the random bytes and its length. */
const HEAD_BYTES = RANDOM_BYTES + 4;
const BLOCK_BYTES = 32;
/** Random bytes drawn at a time: a draw costs 3 µs, of 16 bytes as of 4,096. */
const POOL_BYTES = 4_096;

/** In the order of the checks: the later one fails, the more of the ciphertext made sense. */
const reasons = ['key', 'base64', 'length', 'padding', 'bounds', 'utf8', 'appid'] as const;

/**
 * `key`: no EncodingAESKey, or no appid · `base64`: not standard Base64 in its one canonical form · `length`: empty, or no
 * multiple of 32 bytes · `padding`, `bounds`: another key's, or damaged · `utf8`: the message is no UTF-8 · `appid`:
 * meant for another account.
 */
export type CryptReason = (typeof reasons)[number];

/** For the operator. Over the wire all reasons must look the same, or they tell a stranger about the plaintext. */
export class CryptError extends Error {
  readonly reason: CryptReason;

  constructor(reason: CryptReason, message: string = problems[reason]) {
    super(message);
    this.name = 'CryptError';
    this.reason = reason;
  }
}

export interface Decrypted {
  readonly message: string;
  readonly appid: string;
  /** The 16 bytes before it. */
  readonly random: Buffer;
}

/** Why this is no EncodingAESKey, or undefined if it is one. Never repeats the key. */
export function keyProblem(encodingAesKey: string): string | undefined {
  if (/^[A-Za-z0-9+/]{43}$/.test(encodingAesKey)) return undefined;
  const { length } = encodingAesKey;
  if (length !== 43) return `The EncodingAESKey has ${length} characters, not 43.`;
  return 'The EncodingAESKey has characters other than letters and digits.';
}

/** One EncodingAESKey and one appid. Throws `CryptError` with reason `key` if either cannot be. */
export class Cipher {
  readonly #appid: string;
  readonly #appidBytes: number;
  // Raw, not a KeyObject: 0.6 µs less for each message.
  readonly #key: Buffer;
  readonly #iv: Buffer;

  constructor(encodingAesKey: string, appid: string) {
    const problem = keyProblem(encodingAesKey) ?? (appid === '' ? 'The appid is empty.' : undefined);
    if (problem !== undefined) throw new CryptError('key', problem);
    this.#appid = appid;
    this.#appidBytes = Buffer.byteLength(appid);
    // The last character has two spare bits; the platform's own sample key has them set.
    this.#key = Buffer.from(`${encodingAesKey}=`, 'base64');
    this.#iv = this.#key.subarray(0, IV_BYTES);
  }

  /** Base64. `random16` is for tests and replays; unpaired surrogates become U+FFFD. */
  encrypt(message: string, random16: Buffer = drawRandom()): string {
    if (random16.length !== RANDOM_BYTES) throw new RangeError(`random16 has ${random16.length} bytes, not 16`);
    const messageBytes = Buffer.byteLength(message);
    const end = HEAD_BYTES + messageBytes + this.#appidBytes;
    const padding = BLOCK_BYTES - (end % BLOCK_BYTES);
    const plain = Buffer.allocUnsafe(end + padding);
    plain.set(random16);
    plain.writeUInt32BE(messageBytes, RANDOM_BYTES);
    plain.write(message, HEAD_BYTES);
    plain.write(this.#appid, HEAD_BYTES + messageBytes);
    plain.fill(padding, end);
    const cipher = createCipheriv(ALGORITHM, this.#key, this.#iv).setAutoPadding(false);
    const encrypted = cipher.update(plain);
    // Nothing is left to come; this frees the native state now and not at some collection.
    cipher.final();
    return encrypted.toString('base64');
  }

  /** Throws `CryptError`, nothing else. */
  decrypt(encrypt: string): Decrypted {
    const opened = this.open(encrypt);
    if (typeof opened === 'string') throw new CryptError(opened);
    return opened;
  }

  /** The same without throwing: the reason, if it cannot be decrypted. */
  open(encrypt: string): Decrypted | CryptReason {
    const bytes = Buffer.from(encrypt, 'base64');
    // Node reads over what is no Base64; what it read is written the same way only if there was nothing to read over.
    if (bytes.toString('base64') !== encrypt) return 'base64';
    if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0) return 'length';
    const decipher = createDecipheriv(ALGORITHM, this.#key, this.#iv).setAutoPadding(false);
    const plain = decipher.update(bytes);
    decipher.final();
    const padding = plain[plain.length - 1]!;
    const end = plain.length - padding;
    if (!isPadded(plain, end, padding)) return 'padding';
    if (end < HEAD_BYTES) return 'bounds';
    const messageEnd = HEAD_BYTES + plain.readUInt32BE(RANDOM_BYTES);
    if (messageEnd > end) return 'bounds';
    if (!isUtf8(plain.subarray(HEAD_BYTES, messageEnd))) return 'utf8';
    const appid = plain.toString('utf8', messageEnd, end);
    if (appid !== this.#appid) return 'appid';
    return { message: plain.toString('utf8', HEAD_BYTES, messageEnd), appid, random: plain.subarray(0, RANDOM_BYTES) };
  }
}

/** Of two failures the one that came further. */
export function furthest(one: CryptReason, other: CryptReason): CryptReason {
  return reasons.indexOf(one) >= reasons.indexOf(other) ? one : other;
}

function isPadded(plain: Buffer, end: number, padding: number): boolean {
  if (padding < 1 || padding > BLOCK_BYTES) return false;
  for (let at = end; at < plain.length; at += 1) if (plain[at] !== padding) return false;
  return true;
}

const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
let drawn = POOL_BYTES;

/** A view of the pool: to be copied at once. */
function drawRandom(): Buffer {
  if (drawn === POOL_BYTES) {
    randomFillSync(pool);
    drawn = 0;
  }
  drawn += RANDOM_BYTES;
  return pool.subarray(drawn - RANDOM_BYTES, drawn);
}

const problems: Readonly<Record<CryptReason, string>> = {
  key: 'the key is none',
  base64: 'not standard Base64',
  length: 'not a multiple of 32 bytes',
  padding: 'the padding is wrong: encrypted with another key, or damaged',
  bounds: 'the message is longer than what holds it: encrypted with another key, or damaged',
  utf8: 'the message is not UTF-8',
  appid: 'it ends in another appid',
};
