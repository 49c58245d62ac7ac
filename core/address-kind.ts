/** What kind of network an address belongs to: this machine, a private network, or somebody else's. */
import { BlockList, isIP } from 'node:net';

export type AddressKind =
  | 'loopback'
  | 'private'
  /** Between a carrier and its customers; meshes and clouds use it for machines of their own. */
  | 'shared'
  | 'link-local'
  | 'unspecified'
  | 'multicast'
  | 'reserved'
  | 'public';

/** RFC 6890, and 4193 (unique local), 6598 (shared), 3849 and 5737 (documentation). */
const networks: readonly (readonly [AddressKind, readonly string[]])[] = [
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  ['shared', ['100.64.0.0/10']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['unspecified', ['0.0.0.0/8', '::/128']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  ['reserved', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '198.18.0.0/15', '240.0.0.0/4', '2001:db8::/32']],
];

const lists = networks.map(([kind, nets]) => {
  const list = new BlockList();
  for (const net of nets) {
    const [address = '', prefix] = net.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return { kind, list };
});

/** `address` without brackets; what is no address is public. */
export function addressKind(address: string): AddressKind {
  if (isIP(address) === 0) return 'public';
  return lists.find(({ list }) => list.check(address, familyOf(address)))?.kind ?? 'public';
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
