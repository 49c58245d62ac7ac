/** What a command of a person or a machine comes to: all that is wrong with it, or what it changes. */
import type { Problem } from '../../core/problem.js';
import type { Change } from './record.js';

export interface Refused {
  /** Never empty. Nothing was changed. */
  readonly problems: readonly Problem[];
}

export interface Changed {
  /** Already in force in memory; to be kept before anybody is told. */
  readonly changes: readonly Change[];
}

export type Outcome<Result = unknown> = (Changed & Result) | Refused;

export function refused(message: string, path?: string): Refused {
  return { problems: [path === undefined ? { message } : { message, path }] };
}
