import { describe, expect, it } from 'vitest';
import { Cipher, CryptError } from './crypt.js';
import { KeyRing } from './key-ring.js';

const appid = 'wxba5fad812f8e6fb9';
const [oldKey, newKey, strangeKey] = ['A', 'B', 'C'].map((letter) => letter.repeat(43)) as [string, string, string];
const before = new KeyRing(appid, [oldKey]);
const during = new KeyRing(appid, [newKey, oldKey]);
const afterwards = new KeyRing(appid, [newKey]);

describe('a key ring', () => {
  it('decrypts with either key, and says which', () => {
    expect(during.decrypt(before.encrypt('old'))).toEqual({ message: 'old', key: 'previous' });
    expect(during.decrypt(afterwards.encrypt('new'))).toEqual({ message: 'new', key: 'current' });
  });

  it('encrypts with the current key, unless told', () => {
    expect(afterwards.decrypt(during.encrypt('a'))).toEqual({ message: 'a', key: 'current' });
    expect(before.decrypt(during.encrypt('a', 'previous'))).toEqual({ message: 'a', key: 'current' });
  });

  it('takes the given random bytes', () => {
    const random = Buffer.from('0123456789abcdef');
    expect(during.encrypt('a', 'current', random)).toBe(new Cipher(newKey, appid).encrypt('a', random));
  });

  it('has forgotten the old key after the rotation', () => {
    expect(() => afterwards.decrypt(before.encrypt('old'))).toThrow(CryptError);
    expect(() => afterwards.encrypt('a', 'previous')).toThrow(RangeError);
  });

  it('says the more telling of two reasons', () => {
    const reason = (encrypt: string) => {
      try {
        during.decrypt(encrypt);
        return undefined;
      } catch (error) {
        return (error as CryptError).reason;
      }
    };
    expect(reason(new KeyRing('wxother', [oldKey]).encrypt('a'))).toBe('appid');
    expect(reason(new KeyRing('wxother', [newKey]).encrypt('a'))).toBe('appid');
    expect(['padding', 'bounds']).toContain(reason(new KeyRing(appid, [strangeKey]).encrypt('a')));
    expect(reason('?')).toBe('base64');
  });

  it('refuses wrong keys', () => {
    expect(() => new KeyRing(appid, ['short'])).toThrow('has 5 characters, not 43');
    expect(() => new KeyRing(appid, [newKey, 'short'])).toThrow(CryptError);
    expect(() => new KeyRing(appid, [newKey, undefined])).not.toThrow();
  });
});
