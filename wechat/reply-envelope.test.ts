import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { official } from './crypt-samples.js';
import { KeyRing } from './key-ring.js';
import { readReply } from './read-reply.js';
import { type OpenedReply, openReply, writeEncryptedReply } from './reply-envelope.js';
import { writeReply } from './write-reply.js';

const { token, appid, encodingAesKey, reply: vector } = official;
const otherKey = 'B'.repeat(43);
const keys = new KeyRing(appid, [encodingAesKey]);
const safe = { token, keys, mode: 'safe' } as const;
const compatible = { token, keys, mode: 'compatible' } as const;
const xml = writeReply({
  kind: 'text',
  toUserName: 'fan',
  fromUserName: 'gh_1',
  createTime: 1_679_979_471,
  content: '您好 <Encrypt> ]]>',
});
const written = { token, timestampS: vector.timestampS, nonce: vector.nonce };
const sealed = (message = xml, ring = keys) => writeEncryptedReply({ ...written, encrypt: ring.encrypt(message) });
const sealedVector = writeEncryptedReply({ ...written, encrypt: vector.encrypt });

describe('the official reply', () => {
  it('is written with the signature given', () => {
    expect(sealedVector).toBe(`<xml><Encrypt><![CDATA[${vector.encrypt}]]></Encrypt>
<MsgSignature><![CDATA[${vector.msgSignature}]]></MsgSignature>
<TimeStamp>1713424427</TimeStamp>
<Nonce><![CDATA[415670741]]></Nonce>
</xml>`);
  });

  it('is opened', () => {
    expect(openReply(sealedVector, safe)).toEqual({ kind: 'encrypted', xml: vector.message, key: 'current' });
  });
});

describe('openReply', () => {
  it.each(['success', '', ' \r\n'])('leaves %j plain in both modes', (body) => {
    expect(openReply(body, safe)).toEqual({ kind: 'plain', body });
    expect(openReply(body, compatible)).toEqual({ kind: 'plain', body });
  });

  it.each([safe, compatible])('opens an encrypted reply ($mode)', (security) => {
    const opened = openReply(sealed(), security);
    expect(opened).toEqual({ kind: 'encrypted', xml, key: 'current' });
    expect(readReply(xml).kind).toBe('reply');
  });

  it('takes a plain reply in compatible mode only', () => {
    expect(openReply(xml, compatible)).toEqual({ kind: 'plain', body: xml });
    expect(openReply(xml, safe)).toEqual({ kind: 'malformed', reason: 'not encrypted, as safe mode asks' });
  });

  it('leaves what is neither to readReply in compatible mode', () => {
    expect(openReply('502 Bad Gateway', compatible).kind).toBe('plain');
    expect(openReply('502 Bad Gateway', safe).kind).toBe('malformed');
  });

  it('says with which key a reply came during a rotation', () => {
    const ring = new KeyRing(appid, [otherKey, encodingAesKey]);
    expect(openReply(sealed(), { ...safe, keys: ring })).toEqual({ kind: 'encrypted', xml, key: 'previous' });
    expect(openReply(sealed(xml, ring), { ...safe, keys: ring })).toMatchObject({ key: 'current' });
  });

  it('tolerates other forms: no CDATA, CDATA, other order, white space, a declaration, more fields', () => {
    const encrypt = keys.encrypt(xml);
    const signature = /MsgSignature><!\[CDATA\[(\w+)/.exec(writeEncryptedReply({ ...written, encrypt }))![1];
    const body = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<xml>
  <TimeStamp><![CDATA[${vector.timestampS}]]></TimeStamp>
  <Nonce>${vector.nonce}</Nonce>
  <Encrypt>
    ${encrypt}
  </Encrypt>
  <MsgSignature>${signature}</MsgSignature>
  <ToUserName>fan</ToUserName>
</xml>`;
    expect(openReply(body, safe)).toEqual({ kind: 'encrypted', xml, key: 'current' });
  });

  it.each([
    [
      'another token',
      writeEncryptedReply({ ...written, token: 'AAAAB', encrypt: vector.encrypt }),
      /^MsgSignature does/,
    ],
    ['another time', sealedVector.replace('1713424427', '1713424428'), /^MsgSignature does not fit$/],
    ['another nonce', sealedVector.replace('415670741', '415670742'), /^MsgSignature does not fit$/],
    ['another Encrypt', sealedVector.replace(vector.encrypt, keys.encrypt(xml)), /^MsgSignature does not fit$/],
    [
      'an uppercase signature',
      sealedVector.replace(vector.msgSignature, vector.msgSignature.toUpperCase()),
      /not fit$/,
    ],
    ['no signature', sealedVector.replace(/<MsgSignature>.*<\/MsgSignature>/, ''), /^MsgSignature is missing$/],
    ['no time', sealedVector.replace(/<TimeStamp>.*<\/TimeStamp>/, ''), /^TimeStamp is missing$/],
    ['no nonce', sealedVector.replace(/<Nonce>.*<\/Nonce>/, ''), /^Nonce is missing$/],
    ['two signatures', sealedVector.replace('</xml>', '<MsgSignature>0</MsgSignature></xml>'), /appears twice$/],
    [
      'another account',
      sealed(xml, new KeyRing('wxother', [encodingAesKey])),
      /cannot be decrypted: it ends in another/,
    ],
    ['another key', sealed(xml, new KeyRing(appid, [otherKey])), /^Encrypt cannot be decrypted: the /],
    ['no Base64', writeEncryptedReply({ ...written, encrypt: '好' }), /decrypted: not standard Base64$/],
    ['broken XML', sealedVector.slice(0, -1), /^neither success nor XML: malformed/],
    ['another root', sealedVector.replaceAll('xml>', 'html>'), /^xml is missing/],
  ])('takes as malformed in both modes: %s', (_, body, reason) => {
    for (const security of [safe, compatible]) expect(reasonOf(openReply(body, security))).toMatch(reason);
  });

  it('is not misled by a fan’s words', () => {
    const open = xml.replace('您好', '<Encrypt>AAAA</Encrypt>');
    expect(openReply(open, compatible)).toEqual({ kind: 'plain', body: open });
    expect(reasonOf(openReply(open, safe))).toMatch(/^not encrypted/);
  });

  it('never throws, whatever a body is', () => {
    const bytes = Buffer.from(sealedVector);
    for (let at = 0; at < bytes.length; at += 1) {
      expect(openReply(bytes.toString('utf8', 0, at), safe).kind).toBe(at === 0 ? 'plain' : 'malformed');
    }
    const part = fc.constantFrom(
      '<xml>',
      '</xml>',
      '<Encrypt>',
      '</Encrypt>',
      '<![CDATA[',
      ']]>',
      vector.encrypt,
      '<',
      '&',
    );
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(fc.property(body, fc.constantFrom(safe, compatible), (any, security) => void openReply(any, security)));
  });
});

function reasonOf(opened: OpenedReply): string {
  return opened.kind === 'malformed' ? opened.reason : opened.kind;
}
