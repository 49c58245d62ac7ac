/** The flags that say which server is meant and how it is reached: the same for `run` and `probe`. */
import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { reasonOf } from '../report/run-folder.js';
import type { TargetAccess } from '../run/address.js';
import type { Target } from '../run/shard.js';
import type { Scenario } from '../scenario/schema.js';

export interface TargetFlags {
  readonly target?: string | undefined;
  readonly token?: string | undefined;
  readonly 'aes-key'?: string | undefined;
  readonly 'aes-key-previous'?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly ca?: string | undefined;
  readonly insecure: boolean;
  readonly 'allow-public': boolean;
}

/** Those of them that the environment may set. */
export const targetFlagNames = [
  'target',
  'token',
  'aes-key',
  'aes-key-previous',
  'header',
  'ca',
  'insecure',
  'allow-public',
] as const;

/** Describes them to yargs. `noun`: what is made, in words. */
export function withTargetOptions<T>(yargs: Argv<T>, noun: string) {
  return yargs
    .option('target', {
      type: 'string',
      describe: `Callback address of the server; default: the reference server, started for this ${noun}`,
    })
    .option('token', {
      type: 'string',
      describe: "The account's token at that server (better: PEAKDAY_TOKEN, which no process list shows)",
    })
    .option('aes-key', {
      type: 'string',
      describe: 'EncodingAESKey, for safe and compatible mode (better: PEAKDAY_AES_KEY)',
    })
    .option('aes-key-previous', { type: 'string', describe: 'The key before it, during a rotation' })
    .option('header', {
      type: 'string',
      array: true,
      requiresArg: true,
      nargs: 1,
      describe: 'A further header of each post, "Name: value"; may be said again',
    })
    .option('ca', { type: 'string', describe: 'File with the certificate authority of an https: target, PEM' })
    .option('insecure', { type: 'boolean', default: false, describe: 'Take any certificate of an https: target' })
    .option('allow-public', {
      type: 'boolean',
      default: false,
      describe: 'Let load go to a public address that is yours',
    });
}

/** Throws UserError where there is no token, or the file of --ca is none. */
export function accessOf(flags: TargetFlags): TargetAccess {
  return {
    token: tokenOf(flags),
    aesKeys: flags['aes-key'] === undefined ? undefined : [flags['aes-key'], flags['aes-key-previous']],
    headers: flags.header ?? [],
    ca: flags.ca === undefined ? undefined : readCertificate(flags.ca),
    isUnverified: flags.insecure,
  };
}

/** What a scenario asks of its target, before anything is planned. */
export function checkFits(
  { channel, platform }: Pick<Scenario, 'channel' | 'platform'>,
  given: Target | undefined,
): void {
  if (channel !== undefined && given === undefined) {
    throw new UserError(
      ExitCode.usage,
      'the scenario speaks webhooks and the reference server only WeChat: say --target',
    );
  }
  if (platform.mode !== 'plain' && channel === undefined && given !== undefined && given.aesKeys === undefined) {
    throw new UserError(ExitCode.usage, `platform.mode is ${platform.mode}: say --aes-key or PEAKDAY_AES_KEY`);
  }
}

/** What must be in no report, should the target give it back. */
export function secretsOf({ token, aesKeys, headers }: Target): string[] {
  return [token, ...(aesKeys ?? []), ...Object.values(headers)].filter((secret) => secret !== undefined);
}

function readCertificate(file: string): string {
  const refuse = (reason: string) => new UserError(ExitCode.usage, `--ca ${JSON.stringify(file)} ${reason}`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw refuse(`cannot be read: ${reasonOf(error)}`);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw refuse('holds no certificate in PEM form');
  return text;
}

function tokenOf({ token }: TargetFlags): string {
  if (token !== undefined && String(token) !== '') return String(token);
  throw new UserError(ExitCode.usage, 'a target needs the token it was set up with: --token or PEAKDAY_TOKEN');
}
