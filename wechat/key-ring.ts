/** The keys of an account while one follows another: section 2, "Key rotation". */
import { Cipher, CryptError, furthest } from './crypt.js';

export type KeyName = 'current' | 'previous';

/** EncodingAESKeys. The previous one is there only during a rotation. */
export type AesKeys = readonly [current: string, previous?: string | undefined];

export class KeyRing {
  readonly #current: Cipher;
  readonly #previous: Cipher | undefined;

  /** Throws `CryptError` with reason `key` if a key or the appid cannot be. */
  constructor(appid: string, [current, previous]: AesKeys) {
    this.#current = new Cipher(current, appid);
    this.#previous = previous === undefined ? undefined : new Cipher(previous, appid);
  }

  /** Base64. Throws `RangeError` if there is no such key. A reply takes the key that decrypted its push. */
  encrypt(message: string, key: KeyName = 'current', random16?: Buffer): string {
    const cipher = key === 'current' ? this.#current : this.#previous;
    if (cipher === undefined) throw new RangeError('there is no previous key');
    return cipher.encrypt(message, random16);
  }

  /** Tries the current key, then the previous one. Throws `CryptError`, nothing else. */
  decrypt(encrypt: string): { readonly message: string; readonly key: KeyName } {
    const opened = this.#current.open(encrypt);
    if (typeof opened !== 'string') return { message: opened.message, key: 'current' };
    const before = this.#previous?.open(encrypt);
    if (before === undefined) throw new CryptError(opened);
    if (typeof before === 'string') throw new CryptError(furthest(opened, before));
    return { message: before.message, key: 'previous' };
  }
}
