/** Later replies by callback: who may send them, and what is refused with which words. */
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { channelSchema } from '../scenario/channel.js';
import { startWebhookCallback, type WebhookReply, webhookCallbackServer } from './webhook-callback.js';
import { webhookSigner } from './webhook-signature.js';

const secret = 's3cret';
const nowS = () => Math.floor(Date.now() / 1_000);

function callback(reply: object = {}) {
  const settings = channelSchema.parse({
    type: 'webhook',
    signature: { payload: '{timestamp}:{body}', timestampHeader: 'x-time' },
    reply: { from: 'callback', toAt: '/to', ...reply },
  });
  const replies: WebhookReply[] = [];
  const onReply = (taken: WebhookReply) => void replies.push(taken);
  const app = webhookCallbackServer({ settings, secret, clock: { nowUs: () => 77 }, onReply });
  const signer = webhookSigner(settings.signature, secret);
  const post = async (body: string, headers: Record<string, string> = signer.headers(body, nowS()), url = '/') => {
    const { statusCode, body: text } = await app.inject({ method: 'POST', url, payload: body, headers });
    return { status: statusCode, ...(JSON.parse(text) as { ok: boolean; error?: string }) };
  };
  return { app, replies, post, settings, signer };
}

const good = JSON.stringify({ to: 'oFan', text: '您好' });

describe('a callback', () => {
  it('that is signed is taken, on any path, with any content type', async () => {
    const { post, replies, signer } = callback();
    expect(await post(good)).toEqual({ status: 200, ok: true });
    const headers = { ...signer.headers(good, nowS()), 'content-type': 'application/json; charset=utf-8' };
    expect(await post(good, headers, '/v2/bot/message/push?x=1')).toEqual({ status: 200, ok: true });
    expect(replies).toEqual(Array(2).fill({ openid: 'oFan', kind: 'text', text: '您好', atUs: 77 }));
  });

  it.each<[string, Record<string, string>, string]>([
    ['unsigned', {}, 'no signature'],
    ['signed wrongly', { 'x-signature': '00', 'x-time': String(nowS()) }, 'is not that of this body'],
    ['signed long ago', webhookSigner(callback().settings.signature, secret).headers(good, nowS() - 400), '300 s off'],
    ['signed with another secret', webhookSigner(callback().settings.signature, 'x').headers(good, nowS()), 'not that'],
  ])('that is %s is refused', async (_what, headers, why) => {
    const { post, replies } = callback();
    const answer = await post(good, headers);
    expect(answer).toMatchObject({ status: 401, ok: false, error: expect.stringContaining(why) });
    expect(replies).toEqual([]);
  });

  it.each([
    ['empty', '', 400, 'no JSON'],
    ['no JSON', 'hello', 400, 'no JSON'],
    ['too deep', '['.repeat(100) + ']'.repeat(100), 400, 'deeper than 64'],
    ['without text', '{"to":"oFan"}', 400, 'no text at "/text"'],
    ['with a number for a text', '{"to":"oFan","text":1}', 400, 'no text at "/text"'],
    ['for nobody', '{"text":"a"}', 400, 'no fan at "/to"'],
    ['too large', JSON.stringify({ to: 'oFan', text: 'x'.repeat(70_000) }), 413, 'too large'],
  ])('that is %s is refused, signed or not', async (_what, body, status, why) => {
    const { post, replies } = callback();
    expect(await post(body)).toMatchObject({ status, ok: false, error: expect.stringContaining(why) });
    expect(replies).toEqual([]);
  });

  it('may show a bearer token instead, or nothing, if the scenario says so', async () => {
    const bearer = callback({ verify: 'bearer' });
    expect(await bearer.post(good, { authorization: `Bearer ${secret}` })).toMatchObject({ status: 200 });
    expect(await bearer.post(good, { authorization: 'Bearer x' })).toMatchObject({ status: 401 });
    expect(await callback({ verify: 'none' }).post(good, {})).toMatchObject({ status: 200 });
  });

  it('comes by POST', async () => {
    const { statusCode, headers } = await callback().app.inject('/');
    expect([statusCode, headers.allow]).toEqual([405, 'POST']);
  });

  it('listens where it says, until stopped', async () => {
    const { settings, signer } = callback();
    const replies: WebhookReply[] = [];
    const options = { settings, secret, host: '127.0.0.1', port: 0, clock: monotonicClock };
    const { url, stop } = await startWebhookCallback({ ...options, onReply: (reply) => void replies.push(reply) });
    const answer = await request(`${url}/x`, { method: 'POST', body: good, headers: signer.headers(good, nowS()) });
    expect(answer.statusCode).toBe(200);
    await answer.body.dump();
    const port = Number(new URL(url).port);
    await expect(startWebhookCallback({ ...options, port, onReply: () => {} })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use`,
    );
    expect(Math.abs(replies[0]!.atUs - monotonicClock.nowUs())).toBeLessThan(5e6);
    await stop();
    await expect(request(url, { method: 'POST', body: good })).rejects.toThrow();
  });
});
