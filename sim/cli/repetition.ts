/** `simulate --replications`: the same day with other seeds, and an interval for every figure. */
import { join } from 'node:path';
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import { initHistograms } from '../measure/histogram.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Window } from '../plan/plan.js';
import { renderRepeated, repeatDays } from '../planning/repeated-days.js';
import { Replicator } from '../planning/replicator.js';
import { type RunFolder, writeFiles } from '../report/run-folder.js';
import type { Scenario } from '../scenario/schema.js';
import type { Interruption } from './interruption.js';
import { progressLine } from './progress-line.js';
import type { Repetition } from './repetition-flags.js';

interface RepeatParts {
  readonly repetition: Repetition;
  readonly scenario: Scenario;
  readonly window: Window | undefined;
  readonly pools: FanPools;
  readonly folder: RunFolder;
  readonly flags: { readonly json: boolean; readonly quiet: boolean };
  /** The command's: who was not heard before is heard now. */
  readonly interruption: Interruption;
}

/** After the report of the first day, which stays whatever comes of this; Ctrl-C keeps the days so far. Gives its exit code. */
export async function repeat(parts: RepeatParts): Promise<ExitCode> {
  const { repetition, scenario, window, pools, folder, flags, interruption } = parts;
  await initHistograms();
  const progress = progressLine(flags.quiet);
  const stop = new AbortController();
  interruption.onFirst = () => {
    process.stderr.write('stopping: writing the days so far; Ctrl-C again leaves at once\n');
    stop.abort();
  };
  if (interruption.isAsked) stop.abort();
  const least = repetition.precision === undefined ? '' : 'at least ';
  if (!flags.quiet)
    process.stderr.write(`playing ${least}${repetition.replications} days; Ctrl-C keeps those so far\n`);
  const replicator = new Replicator({
    pools,
    threads: repetition.threads,
    window,
    signal: stop.signal,
    onDone: (days) => progress.show(`${days} days played`),
  });
  try {
    const days = await repeatDays(scenario, { ...repetition, replicator });
    progress.clear();
    if (days === undefined) {
      process.stderr.write('peakday: broken off before two days were played: there is no replications.json\n');
      return ExitCode.interrupted;
    }
    const unwritten = writeFiles(folder, { 'replications.json': `${JSON.stringify(days, null, 2)}\n` });
    const path = join(folder.shownPath, 'replications.json');
    // The summary has the output for itself where a program reads it.
    if (!flags.json)
      process.stdout.write(`\n${renderRepeated(days)}${unwritten.length > 0 ? '' : `\nWRITTEN     ${path}\n`}`);
    for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
    if (days.interrupted) return ExitCode.interrupted;
    return unwritten.length > 0 ? ExitCode.unexpected : ExitCode.pass;
  } finally {
    progress.clear();
    await replicator.close();
  }
}
