import { expect, it } from 'vitest';
import { type AddressKind, addressKind } from './address-kind.js';

it.each<[AddressKind, string[]]>([
  ['loopback', ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']],
  ['private', ['10.0.0.5', '172.31.255.255', '192.168.1.1', 'fd12::1', '::ffff:10.0.0.1']],
  ['shared', ['100.64.0.1']],
  ['link-local', ['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254']],
  ['unspecified', ['0.0.0.0', '::']],
  ['multicast', ['224.0.0.1', 'ff02::1']],
  ['reserved', ['203.0.113.9', '198.18.0.1', '255.255.255.255', '2001:db8::1']],
  ['public', ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', 'example.org', '']],
])('%s', (kind, addresses) => {
  for (const address of addresses) expect([address, addressKind(address)]).toEqual([address, kind]);
});
