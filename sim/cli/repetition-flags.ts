/** How often `simulate` is to play its day, from the flags. */
import { availableParallelism } from 'node:os';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { parsePrecision } from './precision-option.js';

export interface Repetition {
  readonly replications: number;
  readonly precision: number | undefined;
  readonly threads: number;
}

interface RepetitionFlags {
  readonly replications?: number | undefined;
  readonly precision?: string | undefined;
  readonly threads?: number | undefined;
}

const MOST_REPLICATIONS = 1_000;
const DEFAULT_REPLICATIONS = 10;

/** Undefined: one day is all. Throws UserError. */
export function repetitionOf({ replications, precision, threads }: RepetitionFlags): Repetition | undefined {
  if (replications === undefined && precision === undefined) return undefined;
  const problems: Problem[] = [];
  const wanted = precision === undefined ? undefined : parsePrecision(precision);
  if (typeof wanted === 'string') problems.push({ path: '--precision', message: wanted });
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const days = replications ?? DEFAULT_REPLICATIONS;
  if (!isWhole(days, 2, MOST_REPLICATIONS)) {
    problems.push({ path: '--replications', message: `a whole number from 2 to ${MOST_REPLICATIONS}` });
  }
  const used = threads ?? Math.min(8, availableParallelism());
  if (!isWhole(used, 1, 64)) problems.push({ path: '--threads', message: 'a whole number from 1 to 64' });
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
  return { replications: days, precision: typeof wanted === 'number' ? wanted : undefined, threads: used };
}
