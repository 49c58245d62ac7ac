/** Where load may go: loopback and private addresses; any other only with consent. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AddressKind, addressKind } from '../../core/address-kind.js';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { keyProblem } from '../../wechat/crypt.js';
import type { AesKeys } from '../../wechat/key-ring.js';
import type { Target } from './shard.js';

/** Not link-local: there clouds keep their secrets. */
const loaded: ReadonlySet<AddressKind> = new Set(['loopback', 'private', 'shared']);

const kindWords: Readonly<Record<AddressKind, string>> = {
  loopback: 'a loopback',
  private: 'a private',
  shared: 'a shared',
  'link-local': 'a link-local',
  unspecified: 'the unspecified',
  multicast: 'a multicast',
  reserved: 'a reserved',
  public: 'a public',
};

export interface TargetAccess {
  readonly token: string;
  /** EncodingAESKey, and the one before it. */
  readonly aesKeys?: AesKeys | undefined;
  /** `Name: value` each. */
  readonly headers?: readonly string[];
  /** PEM text of certificates to trust beside the usual ones. */
  readonly ca?: string | undefined;
  /** Any certificate will do. */
  readonly isUnverified?: boolean;
}

/** `https://10.0.0.5:8443/wechat` -> a target; UserError (usage) with all that is wrong. */
export function parseTarget(url: string, access: TargetAccess): Target {
  const problems: string[] = [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isHttp = parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
  if (!isHttp) problems.push(`--target ${JSON.stringify(url)} is not an address like http://127.0.0.1:8080/wechat`);
  if (parsed?.protocol === 'http:' && (access.ca !== undefined || access.isUnverified === true)) {
    problems.push('--ca and --insecure are for https: targets');
  }
  const headers: Record<string, string> = {};
  for (const line of access.headers ?? []) {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      problems.push(`--header ${JSON.stringify(line)} is not of the form "Name: value"`);
    else headers[name.toLowerCase()] = value;
  }
  for (const key of access.aesKeys ?? []) {
    const problem = key === undefined ? undefined : keyProblem(key);
    if (problem !== undefined) problems.push(`--aes-key: ${problem}`);
  }
  if (parsed === undefined || problems.length > 0)
    throw new UserError(
      ExitCode.usage,
      problems.map((message) => ({ message })),
    );
  const { ca, isUnverified = false } = access;
  const tls = parsed.protocol === 'https:' ? { tls: { ca, isVerified: !isUnverified } } : {};
  return {
    origin: parsed.origin,
    path: `${parsed.pathname}${parsed.search}`,
    token: access.token,
    aesKeys: access.aesKeys,
    headers,
    ...tls,
  };
}

/** Refuses a target any of whose addresses is neither loopback nor private, unless that was allowed. */
export async function refusePublic({ origin }: Target, isAllowed: boolean): Promise<void> {
  if (isAllowed) return;
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host)
    ? [host]
    : (await lookup(host, { all: true }).catch(() => [])).map(({ address }) => address);
  const open = addresses.find((address) => !loaded.has(addressKind(address)));
  if (open === undefined) return;
  const named = open === host ? host : `${host} (${open})`;
  throw new UserError(
    ExitCode.usage,
    `${named} is ${kindWords[addressKind(open)]} address: load goes to loopback and private addresses only. If this server is yours and may be loaded, say --allow-public`,
  );
}
