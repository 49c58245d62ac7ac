import { expect, it } from 'vitest';
import { wireSecurity } from './wechat-security.js';

const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE';
const security = (token: string, aesKey = key) =>
  wireSecurity({ mode: 'safe', token, account: 'gh_1', appid: 'wx1', aesKeys: [aesKey], nonceSeed: 1 });

it('opens what was sealed as it should be, and says why it opens nothing else', () => {
  const ours = security('token');
  expect(ours.open(ours.sealAnswer('<xml/>'))).toBe('<xml/>');
  for (const [body, why] of [
    [security('another').sealAnswer('<xml/>'), /MsgSignature does not fit/],
    ['<xml><Content>hi</Content></xml>', /not encrypted, as safe mode asks/],
    [security('token', `${'B'.repeat(42)}A`).sealAnswer('<xml/>'), /./],
  ] as const) {
    expect(ours.open(body)).toBeUndefined();
    expect(ours.whyUnopened(body)).toMatch(why);
  }
});
