import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cipher, CryptError, type CryptReason, keyProblem } from './crypt.js';
import { multiByte, official } from './crypt-samples.js';

const { encodingAesKey, appid } = official;
const cipher = new Cipher(encodingAesKey, appid);
const vectors = [
  ['safe push', cipher, official.push, appid],
  ['reply', cipher, official.reply, appid],
  ['multi-byte', new Cipher(multiByte.encodingAesKey, multiByte.appid), multiByte, multiByte.appid],
] as const;
/** Whole characters, with those of many bytes, CR, NUL and markup among them. */
const text = fc.string({ unit: 'binary', maxLength: 200 });

describe('the official vectors', () => {
  it.each(vectors)('%s is encrypted as given', (_, vectorCipher, { message, random, encrypt }) => {
    expect(vectorCipher.encrypt(message, Buffer.from(random))).toBe(encrypt);
  });

  it.each(vectors)('%s is decrypted as given', (_, vectorCipher, { message, random, encrypt }, vectorAppid) => {
    const decrypted = vectorCipher.decrypt(encrypt);
    expect({ ...decrypted, random: decrypted.random.toString() }).toEqual({ message, random, appid: vectorAppid });
  });

  it('the push has the length the notes say', () => {
    expect(Buffer.byteLength(official.push.message)).toBe(167);
  });
});

describe('encrypt', () => {
  it('comes back for any string', () => {
    const key = fc.string({ unit: fc.constantFrom(...'AZaz09+/'), minLength: 43, maxLength: 43 });
    fc.assert(
      fc.property(text, key, text, (message, anyKey, anyAppid) => {
        const any = new Cipher(anyKey, `wx${anyAppid}`);
        const encrypt = any.encrypt(message);
        expect(any.decrypt(encrypt).message).toBe(message);
        expect(Buffer.from(encrypt, 'base64').length % 32).toBe(0);
      }),
    );
  });

  it('fills up at every length, by a whole block where nothing is missing', () => {
    for (let length = 0; length <= 96; length += 1) {
      const message = 'x'.repeat(length);
      const encrypt = cipher.encrypt(message);
      const unpaddedBytes = 20 + length + appid.length;
      expect(Buffer.from(encrypt, 'base64').length).toBe((Math.floor(unpaddedBytes / 32) + 1) * 32);
      expect(cipher.decrypt(encrypt).message).toBe(message);
    }
  });

  it('is another one each time', () => {
    const all = new Set(Array.from({ length: 1_000 }, () => cipher.encrypt('the same')));
    expect(all.size).toBe(1_000);
  });

  it('writes unpaired surrogates as U+FFFD', () => {
    expect(cipher.decrypt(cipher.encrypt('a\ud800b')).message).toBe('a\ufffdb');
  });

  it('wants 16 random bytes', () => {
    expect(() => cipher.encrypt('', Buffer.alloc(15))).toThrow(RangeError);
  });
});

describe('decrypt says why not', () => {
  const good = official.reply.encrypt;
  const cases: readonly (readonly [string, string, CryptReason])[] = [
    ['white space within', `${good.slice(0, 8)}\n${good.slice(8)}`, 'base64'],
    ['white space after', `${good} `, 'base64'],
    ['the alphabet of URLs', good.replaceAll('+', '-').replaceAll('/', '_'), 'base64'],
    ['no `=` at the end', good.replace(/=+$/, ''), 'base64'],
    ['spare bits set', `${good.slice(0, -3)}R==`, 'base64'],
    ['not Base64 at all', '中文', 'base64'],
    ['nothing', '', 'length'],
    [
      'one block of AES more',
      Buffer.concat([Buffer.from(good, 'base64'), Buffer.alloc(16)]).toString('base64'),
      'length',
    ],
    ['a byte short', Buffer.from(good, 'base64').subarray(1).toString('base64'), 'length'],
    ['padding of 0', sealed(ending(0)), 'padding'],
    ['padding of 33', sealed(ending(...Array(33).fill(33))), 'padding'],
    ['padding of one wrong byte', sealed(ending(9, plain().at(-1)!)), 'padding'],
    ['padding to 16 only', sealed(ending(3, 3, 3).subarray(0, 48)), 'length'],
    ['no room for a length', sealed(Buffer.alloc(32, 32)), 'bounds'],
    ['a length beyond the end', sealed(withLength(1_000)), 'bounds'],
    ['a length of 2^32 - 1', sealed(withLength(0xffff_ffff)), 'bounds'],
    ['half a character', sealed(plain(Buffer.from('中').subarray(0, 2))), 'utf8'],
    ['another appid', new Cipher(encodingAesKey, 'wxother').encrypt('a'), 'appid'],
    ['an appid with something before it', sealed(withLength(3)), 'appid'],
  ];

  it.each(cases)('%s', (_, encrypt, reason) => {
    expect(reasonOf(() => cipher.decrypt(encrypt))).toBe(reason);
  });

  it('of another key: nearly always its padding', () => {
    const other = new Cipher('B'.repeat(43), appid);
    expect(['padding', 'bounds']).toContain(reasonOf(() => other.decrypt(official.push.encrypt)));
  });
});

describe('decrypt never throws anything else', () => {
  it('for arbitrary strings and bytes', () => {
    const blocks = fc
      .uint8Array({ minLength: 1, maxLength: 8 })
      .map((bytes) => Buffer.alloc(64, bytes).toString('base64'));
    fc.assert(
      fc.property(fc.oneof(text, fc.base64String(), blocks), (encrypt) => void reasonOf(() => cipher.decrypt(encrypt))),
    );
  });

  it('for any plaintext that is encrypted with the right key', () => {
    const bytes = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(bytes, fc.nat(40), fc.nat(80), (plaintext, padding, length) => {
        const hostile = Buffer.from(plaintext);
        hostile.fill(padding, hostile.length - padding);
        hostile.writeUInt32BE(length, 16);
        reasonOf(() => cipher.decrypt(sealed(hostile)));
      }),
    );
  });

  it('for a push with any one byte changed, which it never takes for the same', () => {
    const bytes = Buffer.from(official.push.encrypt, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const hurt = Buffer.from(bytes);
      hurt[at]! ^= 1 << (at % 8);
      const opened = cipher.open(hurt.toString('base64'));
      // CBC lets bits of a message be flipped: this is why the signature is verified first.
      if (typeof opened !== 'string')
        expect(opened.random.toString() + opened.message).not.toBe(official.push.random + official.push.message);
    }
  });
});

describe('a key', () => {
  it.each([
    ['', 'has 0 characters, not 43'],
    ['A'.repeat(42), 'has 42 characters, not 43'],
    [`${'A'.repeat(43)}=`, 'has 44 characters, not 43'],
    [`${'A'.repeat(42)}-`, 'characters other than letters and digits'],
  ])('%j is none', (key, problem) => {
    expect(keyProblem(key)).toContain(problem);
    expect(reasonOf(() => new Cipher(key, appid))).toBe('key');
  });

  it('is not repeated in the message', () => {
    const secret = `secret${'A'.repeat(36)}`;
    expect(keyProblem(secret)).not.toContain('secret');
    expect(JSON.stringify(new Cipher(`${secret}A`, appid))).not.toContain('secret');
  });

  it('may have its two spare bits set, as the platform’s own sample has', () => {
    const sample = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
    expect(new Cipher(multiByte.encodingAesKey, appid).decrypt(new Cipher(sample, appid).encrypt('a')).message).toBe(
      'a',
    );
  });

  it('needs an appid', () => {
    expect(reasonOf(() => new Cipher(encodingAesKey, ''))).toBe('key');
  });
});

/** What is encrypted, padding included. */
function plain(message: string | Buffer = 'message'): Buffer {
  const bytes = Buffer.from(message as string);
  const head = Buffer.alloc(20, 'r');
  head.writeUInt32BE(bytes.length, 16);
  const unpadded = Buffer.concat([head, bytes, Buffer.from(appid)]);
  const padding = 32 - (unpadded.length % 32);
  return Buffer.concat([unpadded, Buffer.alloc(padding, padding)]);
}

function ending(...bytes: readonly number[]): Buffer {
  const whole = plain();
  whole.set(bytes, whole.length - bytes.length);
  return whole;
}

function withLength(length: number): Buffer {
  const bytes = plain();
  bytes.writeUInt32BE(length, 16);
  return bytes;
}

/** Encrypted as it is, by Node alone. */
function sealed(padded: Buffer): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const aes = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([aes.update(padded), aes.final()]).toString('base64');
}

/** Fails for any other error. */
function reasonOf(call: () => unknown): CryptReason | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(CryptError);
    return (error as CryptError).reason;
  }
}
