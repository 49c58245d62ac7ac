import { describe, expect, it } from 'vitest';
import { official } from '../../wechat/crypt-samples.js';
import { encryptIn, writeCompatiblePush, writeSafePush } from '../../wechat/envelope.js';
import { type AesKeys, KeyRing } from '../../wechat/key-ring.js';
import { readReply } from '../../wechat/read-reply.js';
import { openReply } from '../../wechat/reply-envelope.js';
import { pushQuery } from '../../wechat/signature.js';
import { writeInbound } from '../../wechat/write-inbound.js';
import type { ReplyServer } from './build-server.js';
import { encryptedPush, type SignedPush, signedBody, signedPush, textMessage } from './signed-push.js';
import { TOKEN, testServer } from './test-server.js';

const { appid } = official;
const [oldKey, newKey, strangeKey] = ['A', 'B', 'C'].map((letter) => letter.repeat(43)) as [string, string, string];
const keys = new KeyRing(appid, [newKey, oldKey]);
const safe = { mode: 'safe', keys } as const;
const compatible = { mode: 'compatible', keys } as const;
const hello = textMessage(1, 'hello');
const xml = writeInbound(hello);

function secureServer(mode: 'safe' | 'compatible', aesKeys: AesKeys = [newKey, oldKey]): ReplyServer {
  return testServer({ security: { mode, appid, keys: aesKeys }, account: hello.toUserName });
}

async function answerTo(server: ReplyServer, push: SignedPush): Promise<readonly [number, string]> {
  const { statusCode, body } = await server.app.inject(push);
  return [statusCode, body];
}

async function outcomes(server: ReplyServer): Promise<readonly string[]> {
  const { body } = await server.app.inject('/metrics');
  return [...body.matchAll(/outcome="(\w+)"\} ([1-9]\d*)/g)].map(([, outcome, count]) => `${outcome} ${count}`);
}

describe('safe mode', () => {
  it('answers an encrypted push encrypted', async () => {
    const server = secureServer('safe');
    const [status, body] = await answerTo(server, encryptedPush(TOKEN, hello, safe));
    expect(status).toBe(200);
    expect(body).not.toContain('你好');
    const opened = openReply(body, { token: TOKEN, ...safe });
    expect(opened).toMatchObject({ kind: 'encrypted', key: 'current' });
    expect(opened.kind === 'encrypted' && readReply(opened.xml)).toMatchObject({
      kind: 'reply',
      reply: { kind: 'text', toUserName: 'fan-1', fromUserName: hello.toUserName, content: '你好' },
    });
    expect(await outcomes(server)).toEqual(['answered 1']);
  });

  it('acknowledges in plain', async () => {
    const push = encryptedPush(TOKEN, textMessage(1, 'nothing'), safe);
    expect(await answerTo(secureServer('safe'), push)).toEqual([200, 'success']);
  });

  it('answers a push that comes again with the same message, sealed afresh', async () => {
    const server = secureServer('safe');
    const [, first] = await answerTo(server, encryptedPush(TOKEN, hello, safe));
    const [, again] = await answerTo(server, encryptedPush(TOKEN, hello, safe));
    expect(again).not.toBe(first);
    expect(openReply(again, { token: TOKEN, ...safe })).toEqual(openReply(first, { token: TOKEN, ...safe }));
    expect(await outcomes(server)).toEqual(['answered 1', 'duplicate 1']);
  });

  it('answers with the key that decrypted, while keys are being changed', async () => {
    const server = secureServer('safe');
    const [, body] = await answerTo(server, encryptedPush(TOKEN, hello, { ...safe, key: 'previous' }));
    expect(openReply(body, { token: TOKEN, ...safe })).toMatchObject({ kind: 'encrypted', key: 'previous' });
    const onlyNew = secureServer('safe', [newKey]);
    const [status] = await answerTo(onlyNew, encryptedPush(TOKEN, hello, { ...safe, key: 'previous' }));
    expect(status).toBe(400);
  });

  it('answers the check of the URL in plain', async () => {
    const query = pushQuery({ token: TOKEN, timestampS: 1, nonce: '2' });
    const response = await secureServer('safe').app.inject(`/wechat?${query}&echostr=4375120948345356249`);
    expect([response.statusCode, response.body]).toEqual([200, '4375120948345356249']);
  });

  it('does not need the old signature', async () => {
    const push = encryptedPush(TOKEN, hello, safe);
    const [status] = await answerTo(secureServer('safe'), { ...push, url: push.url.replace(/signature=\w+&/, '') });
    expect(status).toBe(200);
  });

  const push = encryptedPush(TOKEN, hello, safe);
  const msgSignature = /msg_signature=(\w+)/.exec(push.url)![1]!;
  it.each<readonly [string, SignedPush, number, string]>([
    ['a plain one', signedPush(TOKEN, hello), 403, 'in safe mode a push is encrypted'],
    [
      'one that says it is raw',
      { ...push, url: `${signedPush(TOKEN, hello).url}&encrypt_type=raw` },
      403,
      'in safe mode',
    ],
    ['one of another type', { ...push, url: push.url.replace('=aes', '=des') }, 400, 'encrypt_type is neither'],
    ['two types', { ...push, url: `${push.url}&encrypt_type=aes` }, 400, 'encrypt_type is neither'],
    [
      'no msg_signature',
      { ...push, url: push.url.replace(/&msg_signature=\w+/, '') },
      403,
      'the signature does not fit',
    ],
    [
      'two msg_signatures',
      { ...push, url: `${push.url}&msg_signature=${msgSignature}` },
      403,
      'the signature does not fit',
    ],
    ['another token’s', encryptedPush('other', hello, safe), 403, 'the signature does not fit'],
    ['another nonce', { ...push, url: push.url.replace('nonce=4', 'nonce=5') }, 403, 'the signature does not fit'],
    [
      'the old signature as the new one',
      { ...push, url: push.url.replace(/signature=(\w+)(.*msg_signature=)\w+/, 'signature=$1$2$1') },
      403,
      'the signature does not fit',
    ],
    [
      'the msg_signature of another body',
      { ...push, payload: encryptedPush(TOKEN, textMessage(2, 'hello'), safe).payload },
      403,
      'the signature does not fit',
    ],
    ['a body changed on the way', { ...push, payload: tampered(push.payload) }, 403, 'the signature does not fit'],
  ])('refuses %s', async (_, refused, status, reason) => {
    const server = secureServer('safe');
    const [givenStatus, body] = await answerTo(server, refused);
    expect(givenStatus).toBe(status);
    expect(body).toContain(reason);
    expect(await outcomes(server)).toEqual([status === 403 ? 'refused 1' : 'malformed 1']);
  });

  const signedEncrypt = (encrypt: string) => signedBody(TOKEN, hello, writeSafePush(hello.toUserName, encrypt));
  it.each<readonly [string, SignedPush]>([
    ['another appid', signedEncrypt(new KeyRing('wxother', [newKey]).encrypt(xml))],
    ['another key', signedEncrypt(new KeyRing(appid, [strangeKey]).encrypt(xml))],
    ['ciphertext damaged before it was signed', signedBody(TOKEN, hello, tampered(push.payload))],
    ['ciphertext cut short', signedEncrypt(keys.encrypt(xml).slice(0, 64))],
    ['no Base64', signedEncrypt('!!!!')],
    ['nothing but a stranger’s words inside', signedEncrypt(keys.encrypt('success'))],
    ['no message inside', signedEncrypt(keys.encrypt('<xml><MsgType>text</MsgType></xml>'))],
    ['no Encrypt', { ...push, payload: xml }],
    ['no XML', { ...push, payload: '{"Encrypt":"AAAA"}' }],
    ['a document type', { ...push, payload: `<!DOCTYPE x>${push.payload}` }],
    ['no body', { ...push, payload: '' }],
  ])('says the same to all that cannot be read: %s', async (_, unreadable) => {
    const server = secureServer('safe');
    expect(await answerTo(server, unreadable)).toEqual([400, 'the encrypted push cannot be read']);
    expect(await outcomes(server)).toEqual(['malformed 1']);
  });

  it('refuses another account, whatever the envelope says', async () => {
    const other = writeInbound({ ...hello, toUserName: 'gh_other' });
    const [status, body] = await answerTo(secureServer('safe'), signedEncrypt(keys.encrypt(other)));
    expect([status, body]).toEqual([403, expect.stringContaining('for another account: ToUserName is "gh_other", ')]);
  });
});

describe('compatible mode', () => {
  it.each(['current', 'previous'] as const)('answers an encrypted push in plain (%s key)', async (key) => {
    const server = secureServer('compatible');
    const [status, body] = await answerTo(server, encryptedPush(TOKEN, hello, { ...compatible, key }));
    expect(status).toBe(200);
    expect(readReply(body)).toMatchObject({ kind: 'reply', reply: { content: '你好' } });
    expect(openReply(body, { token: TOKEN, ...compatible }).kind).toBe('plain');
  });

  it('takes plain pushes too, with the old signature', async () => {
    const server = secureServer('compatible');
    const plain = signedPush(TOKEN, hello);
    expect((await answerTo(server, plain))[1]).toContain('你好');
    expect((await answerTo(server, { ...plain, url: `${plain.url}&encrypt_type=raw` }))[0]).toBe(200);
    expect((await answerTo(server, signedPush('other', hello)))[0]).toBe(403);
    expect((await answerTo(server, { ...plain, url: `${plain.url}&encrypt_type=` }))[0]).toBe(400);
  });

  it('believes only what is signed: not the plain fields beside it', async () => {
    const forged = writeCompatiblePush(writeInbound(textMessage(9, 'order 42', 'victim')), keys.encrypt(xml));
    const [, body] = await answerTo(secureServer('compatible'), signedBody(TOKEN, hello, forged));
    expect(readReply(body)).toMatchObject({ reply: { toUserName: 'fan-1', content: '你好' } });
  });

  it('refuses a wrong msg_signature, and what cannot be decrypted', async () => {
    const server = secureServer('compatible');
    const push = encryptedPush(TOKEN, hello, compatible);
    const damaged = tampered(push.payload);
    expect((await answerTo(server, encryptedPush('other', hello, compatible)))[0]).toBe(403);
    expect((await answerTo(server, { ...push, payload: damaged }))[0]).toBe(403);
    expect((await answerTo(server, signedBody(TOKEN, hello, damaged)))[0]).toBe(400);
    expect(await outcomes(server)).toEqual(['refused 2', 'malformed 1']);
  });
});

describe('plain mode', () => {
  it.each([undefined, { mode: 'plain' } as const])(
    'reads the plain half of a compatible push (%j)',
    async (security) => {
      const server = testServer(security === undefined ? {} : { security });
      const [status, body] = await answerTo(server, encryptedPush(TOKEN, hello, compatible));
      expect(status).toBe(200);
      expect(body).toContain('你好');
    },
  );

  it('says what is wrong with a safe one', async () => {
    const answer = await answerTo(testServer(), encryptedPush(TOKEN, hello, safe));
    expect(answer).toEqual([400, 'the push is encrypted; this server reads plain ones']);
  });
});

it('is not built with wrong keys, which it does not repeat', () => {
  const aesKeys: AesKeys = [`secret${'A'.repeat(30)}`, `secret${'A'.repeat(36)}-`];
  const build = () => testServer({ security: { mode: 'safe', appid: '', keys: aesKeys } });
  expect(build).toThrow(/security\.appid.*security\.keys\.0.*36 characters.*security\.keys\.1.*other than letters/s);
  expect(build).not.toThrow(/secret/);
});

/** One character of the Encrypt another, in the middle, where a whole block turns into noise. */
function tampered(body: string): string {
  const encrypt = encryptIn(body);
  const at = encrypt.length - 40;
  return body.replace(encrypt, `${encrypt.slice(0, at)}${encrypt[at] === 'A' ? 'B' : 'A'}${encrypt.slice(at + 1)}`);
}
