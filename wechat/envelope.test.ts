import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { official } from './crypt-samples.js';
import { encryptIn, readEnvelope, writeCompatiblePush, writeSafePush } from './envelope.js';
import type { Inbound } from './inbound.js';
import { sampleMessages, samples } from './inbound-samples.js';
import { KeyRing } from './key-ring.js';
import { BODY_LIMIT_BYTES } from './limits.js';
import { readInbound } from './read-inbound.js';
import { writeInbound } from './write-inbound.js';

const keys = new KeyRing(official.appid, [official.encodingAesKey]);
const { encrypt } = official.push;
const toUserName = 'gh_97417a04a28d';
const safe = writeSafePush(toUserName, encrypt);

describe('a safe push', () => {
  it('has two fields, in the form the platform gives them', () => {
    expect(safe).toBe(`<xml>
    <ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName>
    <Encrypt><![CDATA[${encrypt}]]></Encrypt>
</xml>
`);
  });

  it.each(samples.map((message) => [message.kind === 'event' ? message.event : message.kind, message] as const))(
    'carries a %s there and back',
    (_, message) => {
      const body = writeSafePush(message.toUserName, keys.encrypt(writeInbound(message)));
      const envelope = readEnvelope(body);
      expect(envelope.toUserName).toBe(message.toUserName);
      expect(encryptIn(body)).toBe(envelope.encrypt);
      expect(readInbound(keys.decrypt(envelope.encrypt).message)).toStrictEqual(message);
    },
  );
});

describe('a compatible push', () => {
  it.each(samples.map((message) => [message.kind === 'event' ? message.event : message.kind, message] as const))(
    'carries a %s twice',
    (_, message) => {
      const xml = writeInbound(message);
      const body = writeCompatiblePush(xml, keys.encrypt(xml));
      expect(readInbound(body)).toStrictEqual(message);
      expect(readInbound(keys.decrypt(readEnvelope(body).encrypt).message)).toStrictEqual(message);
    },
  );

  it('keeps what a fan writes apart from the Encrypt', () => {
    const base = sampleMessages.text;
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.constantFrom(']]></Encrypt>', '<Encrypt><![CDATA[AAAA]]></Encrypt>', '</xml>'),
    );
    fc.assert(
      fc.property(text, (content) => {
        const message: Inbound = { ...base, content };
        const xml = writeInbound(message);
        const encrypted = keys.encrypt(xml);
        const body = writeCompatiblePush(xml, encrypted);
        expect(encryptIn(body)).toBe(encrypted);
        expect(readEnvelope(body).encrypt).toBe(encrypted);
        expect(readInbound(body)).toStrictEqual(readInbound(xml));
      }),
    );
  });

  it('fits the limit of bodies even for the longest legal push, 20 KB', () => {
    const xml = writeInbound({ ...sampleMessages.text, content: '快'.repeat(6_800) });
    expect(Buffer.byteLength(xml)).toBeGreaterThan(20_000);
    const body = writeCompatiblePush(xml, keys.encrypt(xml));
    expect(Buffer.byteLength(body)).toBeLessThan(BODY_LIMIT_BYTES);
    expect(readEnvelope(body).encrypt).toBe(encryptIn(body));
  });

  it('cannot be made of what is no push', () => {
    expect(() => writeCompatiblePush('success', encrypt)).toThrow(RangeError);
    expect(() => encryptIn('<xml></xml>')).toThrow(RangeError);
  });
});

describe('readEnvelope', () => {
  it('is tolerant of form', () => {
    const bare = `<?xml version="1.0"?><xml><Encrypt>\n  ${encrypt}\n</Encrypt><AgentID/><ToUserName>${toUserName}</ToUserName></xml>`;
    expect(readEnvelope(bare)).toEqual({ toUserName, encrypt });
  });

  it.each([
    ['no Encrypt', safe.replaceAll('Encrypt', 'Encrypted'), 'Encrypt is missing'],
    ['an empty Encrypt', safe.replace(encrypt, ''), 'Encrypt is empty'],
    ['two of them', safe.replace('</xml>', '<Encrypt>AAAA</Encrypt></xml>'), 'Encrypt appears twice'],
    ['no receiver', safe.replaceAll('ToUserName', 'To'), 'ToUserName is missing'],
    ['another root', safe.replaceAll('xml>', 'html>'), 'the root element is "html"'],
    ['a document type', `<!DOCTYPE xml>${safe}`, 'a document type is not accepted'],
    ['JSON', '{"Encrypt":"AAAA"}', 'text data outside of root node'],
    ['too large a body', safe.replace(encrypt, 'A'.repeat(BODY_LIMIT_BYTES)), 'the body is over'],
  ])('refuses %s', (_, body, problem) => {
    expect(() => readEnvelope(body)).toThrow(problem);
  });
});
