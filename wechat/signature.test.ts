import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { official } from './crypt-samples.js';
import { encryptedPushQuery, isSigned, isSignedEncrypted, pushQuery, sign, signEncrypted } from './signature.js';

const vectors = [
  ['callback-URL check', '1714036504', '1514711492', 'f464b24fc39322e44b38aa78f5edd27bd1441696'],
  ['plain push', '1714037059', '486452656', '899cf89e464efb63f54ddac96b0a0a235f53aa78'],
] as const;

describe('sign', () => {
  it.each(vectors)('gives the official %s vector', (_, timestamp, nonce, signature) => {
    expect(sign('AAAAA', timestamp, nonce)).toBe(signature);
    expect(isSigned('AAAAA', { signature, timestamp, nonce })).toBe(true);
  });

  it('equals the definition for any three strings', () => {
    const text = fc.string();
    fc.assert(
      fc.property(text, text, text, (token, timestamp, nonce) => {
        const joined = [token, timestamp, nonce].sort().join('');
        expect(sign(token, timestamp, nonce)).toBe(createHash('sha1').update(joined).digest('hex'));
      }),
    );
  });
});

describe('isSigned', () => {
  const [, timestamp, nonce, signature] = vectors[1];

  it.each([
    ['another token', 'AAAAB', { signature, timestamp, nonce }],
    ['another timestamp', 'AAAAA', { signature, timestamp: '1714037060', nonce }],
    ['another nonce', 'AAAAA', { signature, timestamp, nonce: '1' }],
    ['one digit off', 'AAAAA', { signature: `${signature.slice(0, -1)}9`, timestamp, nonce }],
    ['uppercase', 'AAAAA', { signature: signature.toUpperCase(), timestamp, nonce }],
    ['short', 'AAAAA', { signature: signature.slice(1), timestamp, nonce }],
    ['long', 'AAAAA', { signature: `${signature}0`, timestamp, nonce }],
    ['empty', 'AAAAA', { signature: '', timestamp, nonce }],
    ['same length in characters, not in bytes', 'AAAAA', { signature: `š${signature.slice(1)}`, timestamp, nonce }],
    ['missing signature', 'AAAAA', { timestamp, nonce }],
    ['missing nonce', 'AAAAA', { signature, timestamp }],
    ['repeated, as servers parse it', 'AAAAA', { signature: [signature, signature], timestamp, nonce }],
  ])('refuses: %s', (_, token, query) => {
    expect(isSigned(token, query)).toBe(false);
  });
});

describe('pushQuery', () => {
  it('writes the query of a plain push in the platform’s order', () => {
    const query = pushQuery({ token: 'AAAAA', timestampS: 1_714_037_059, nonce: '486452656', openid: 'oX-_1' });
    const signature = '899cf89e464efb63f54ddac96b0a0a235f53aa78';
    expect(query).toBe(`signature=${signature}&timestamp=1714037059&nonce=486452656&openid=oX-_1`);
  });

  it('is verified by the other side, whatever is in it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, fc.nat(), (token, nonce, openid, timestampS) => {
        const query = new URLSearchParams(pushQuery({ token, timestampS, nonce, openid }));
        expect(isSigned(token, Object.fromEntries(query))).toBe(true);
        expect(query.get('openid')).toBe(openid);
      }),
    );
  });

  it('leaves out the openid if there is none', () => {
    const query = pushQuery({ token: 'AAAAA', timestampS: 1_714_037_059, nonce: '1' });
    expect(query).toMatch(/^signature=\w{40}&timestamp=1714037059&nonce=1$/);
  });
});

describe('signEncrypted', () => {
  it.each([
    ['push', official.push],
    ['reply', official.reply],
  ])('gives the official %s vector', (_, { timestampS, nonce, encrypt, msgSignature }) => {
    expect(signEncrypted(official.token, String(timestampS), nonce, encrypt)).toBe(msgSignature);
  });
});

describe('isSignedEncrypted', () => {
  const { token, push } = official;
  const good = { msg_signature: push.msgSignature, timestamp: String(push.timestampS), nonce: push.nonce };

  it('takes the official push', () => {
    expect(isSignedEncrypted(token, good, push.encrypt)).toBe(true);
  });

  it.each([
    ['another token', 'AAAAB', good, push.encrypt],
    ['another Encrypt', token, good, official.reply.encrypt],
    ['another timestamp', token, { ...good, timestamp: '1' }, push.encrypt],
    ['another nonce', token, { ...good, nonce: '1' }, push.encrypt],
    ['the old signature', token, { ...good, msg_signature: push.signature }, push.encrypt],
    ['uppercase', token, { ...good, msg_signature: push.msgSignature.toUpperCase() }, push.encrypt],
    ['short', token, { ...good, msg_signature: push.msgSignature.slice(1) }, push.encrypt],
    ['missing', token, { ...good, msg_signature: undefined }, push.encrypt],
    ['repeated', token, { ...good, msg_signature: [push.msgSignature] }, push.encrypt],
  ])('refuses: %s', (_, ofToken, query, encrypt) => {
    expect(isSignedEncrypted(ofToken, query, encrypt)).toBe(false);
  });
});

describe('encryptedPushQuery', () => {
  it('writes both signatures of the official push, in the platform’s order', () => {
    const { token, push } = official;
    expect(encryptedPushQuery({ token, ...push, openid: 'oX' })).toBe(
      `signature=${push.signature}&timestamp=1714112445&nonce=415670741&openid=oX&encrypt_type=aes&msg_signature=${push.msgSignature}`,
    );
  });

  it('is verified by the other side, whatever is in it', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, fc.nat(), (token, nonce, encrypt, timestampS) => {
        const query = Object.fromEntries(
          new URLSearchParams(encryptedPushQuery({ token, timestampS, nonce, encrypt })),
        );
        expect(isSignedEncrypted(token, query, encrypt)).toBe(true);
        expect(isSigned(token, query)).toBe(true);
        expect(query).not.toHaveProperty('openid');
      }),
    );
  });
});
