/** `simulate --replications`: the same day with other seeds, and an interval for every figure. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { parseShare } from '../../core/units.js';
import { initHistograms } from '../measure/histogram.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Window } from '../plan/plan.js';
import { renderRepeated, repeatDays } from '../planning/repeated-days.js';
import { Replicator } from '../planning/replicator.js';
import { type RunFolder, writeFiles } from '../report/run-folder.js';
import type { Scenario } from '../scenario/schema.js';
import { progressLine } from './progress-line.js';

interface Repetition {
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
/** A thousandth of a figure takes a million days where it varies by its own size. */
const LEAST_PRECISION = 1e-4;

/** Undefined: one day is all. Throws UserError. */
export function repetitionOf({ replications, precision, threads }: RepetitionFlags): Repetition | undefined {
  if (replications === undefined && precision === undefined) return undefined;
  const problems: Problem[] = [];
  const wanted = precision === undefined ? undefined : parseShare(precision);
  if (precision !== undefined && (wanted === undefined || wanted < LEAST_PRECISION || wanted >= 1)) {
    problems.push({ path: '--precision', message: `${JSON.stringify(precision)} is not a share from 0.01% to 100%` });
  }
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  const days = replications ?? DEFAULT_REPLICATIONS;
  if (!isWhole(days, 2, MOST_REPLICATIONS)) {
    problems.push({ path: '--replications', message: `a whole number from 2 to ${MOST_REPLICATIONS}` });
  }
  const used = threads ?? Math.min(8, availableParallelism());
  if (!isWhole(used, 1, 64)) problems.push({ path: '--threads', message: 'a whole number from 1 to 64' });
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
  return { replications: days, precision: wanted, threads: used };
}

interface RepeatParts {
  readonly repetition: Repetition;
  readonly scenario: Scenario;
  readonly window: Window | undefined;
  readonly pools: FanPools;
  readonly folder: RunFolder;
  readonly isJson: boolean;
}

/** After the report of the first day, which stays when this is broken off. Gives how many files could not be written. */
export async function repeat({ repetition, scenario, window, pools, folder, isJson }: RepeatParts): Promise<number> {
  await initHistograms();
  const progress = progressLine();
  const replicator = new Replicator({
    pools,
    threads: repetition.threads,
    window,
    onDone: (days) => progress.show(`${days} days played`),
  });
  try {
    const days = await repeatDays(scenario, { ...repetition, replicator });
    progress.clear();
    const unwritten = writeFiles(folder, { 'replications.json': `${JSON.stringify(days, null, 2)}\n` });
    const path = join(folder.shownPath, 'replications.json');
    // The summary has the output for itself where a program reads it.
    if (!isJson)
      process.stdout.write(`\n${renderRepeated(days)}${unwritten.length > 0 ? '' : `\nWRITTEN     ${path}\n`}`);
    for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
    return unwritten.length;
  } finally {
    progress.clear();
    await replicator.close();
  }
}
