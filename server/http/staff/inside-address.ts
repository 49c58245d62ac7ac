/** Which addresses are this machine's, or of a private network: fans' words go nowhere else unless somebody says so. */
import { BlockList, isIP } from 'node:net';

const inside = new BlockList();
// RFC 1122 loopback, RFC 1918 private, RFC 4193 unique local. Not link-local: there clouds keep their secrets.
inside.addSubnet('127.0.0.0', 8);
inside.addSubnet('10.0.0.0', 8);
inside.addSubnet('172.16.0.0', 12);
inside.addSubnet('192.168.0.0', 16);
inside.addAddress('::1', 'ipv6');
inside.addSubnet('fc00::', 7, 'ipv6');

export function isInside(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && inside.check(address, family === 6 ? 'ipv6' : 'ipv4');
}
