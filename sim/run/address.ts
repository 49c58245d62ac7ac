/** Where load may go: loopback and private addresses; a public one only with consent. */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import type { Target } from './shard.js';

const local = new BlockList();
for (const [net, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  local.addSubnet(net, prefix);
}
local.addAddress('::1', 'ipv6');
local.addSubnet('fc00::', 7, 'ipv6');
local.addSubnet('fe80::', 10, 'ipv6');

/** `http://127.0.0.1:8080/wechat` -> a target; UserError (usage) for what is no such address. */
export function parseTarget(url: string, token: string): Target {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:') {
    throw new UserError(
      ExitCode.usage,
      `--target ${JSON.stringify(url)} is not an address like http://127.0.0.1:8080/wechat`,
    );
  }
  return { origin: parsed.origin, path: `${parsed.pathname}${parsed.search}`, token };
}

/** Refuses a target any of whose addresses is public, unless that was allowed. */
export async function refusePublic({ origin }: Target, isAllowed: boolean): Promise<void> {
  if (isAllowed) return;
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host)
    ? [host]
    : (await lookup(host, { all: true }).catch(() => [])).map(({ address }) => address);
  const open = addresses.find((address) => !local.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
  if (open === undefined) return;
  throw new UserError(
    ExitCode.usage,
    `${host} is a public address (${open}): load goes to loopback and private addresses only. If this server is yours and may be loaded, say --allow-public`,
  );
}
