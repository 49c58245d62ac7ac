/** `simulate --replications`: the same day with other seeds, and an interval for every figure. */
import { join } from 'node:path';
import process from 'node:process';
import { initHistograms } from '../measure/histogram.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Window } from '../plan/plan.js';
import { renderRepeated, repeatDays } from '../planning/repeated-days.js';
import { Replicator } from '../planning/replicator.js';
import { type RunFolder, writeFiles } from '../report/run-folder.js';
import type { Scenario } from '../scenario/schema.js';
import { progressLine } from './progress-line.js';
import type { Repetition } from './repetition-flags.js';

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
