import { expect, it } from 'vitest';
import { parseTarget, refusePublic } from './address.js';

const target = (host: string) => parseTarget(`http://${host}/wechat`, { token: 'token' });

it.each(['127.0.0.1:8080', '[::1]:8080', '10.0.0.5', '100.64.0.7', '[fd12::1]', 'localhost'])('loads %s', (host) =>
  expect(refusePublic(target(host), false)).resolves.toBeUndefined(),
);

it.each([
  ['169.254.169.254', '169.254.169.254 is a link-local address'],
  ['[fe80::1]', 'fe80::1 is a link-local address'],
  ['0.0.0.0', '0.0.0.0 is the unspecified address'],
  ['203.0.113.9', '203.0.113.9 is a reserved address'],
  ['8.8.8.8', '8.8.8.8 is a public address: load goes to loopback and private addresses only'],
])('asks for consent before it loads %s', async (host, says) => {
  await expect(refusePublic(target(host), false)).rejects.toThrow(says);
  await expect(refusePublic(target(host), true)).resolves.toBeUndefined();
});
