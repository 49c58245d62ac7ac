/** The flags of `run`, as yargs gives them. */
import type { TargetFlags } from './target-flags.js';

export interface RunFlags extends TargetFlags {
  readonly scenario: string;
  readonly 'platform-host': string;
  readonly 'platform-port'?: number | undefined;
  readonly secret?: string | undefined;
  readonly speed?: number | undefined;
  readonly set?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  readonly window?: string | undefined;
  readonly threads?: number | undefined;
  readonly out?: string | undefined;
  readonly reply?: 'now' | 'later' | 'auto' | undefined;
  readonly 'staff-token'?: string | undefined;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly color?: boolean | undefined;
}
