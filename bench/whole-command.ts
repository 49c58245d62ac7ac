/** What a day in virtual time costs as a whole command. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { monotonicClock } from '../core/clock.js';

const MAIN = new URL('../sim/cli/main.js', import.meta.url).pathname;
/** The child's own account of itself, as the last thing it writes. */
const TELL = `data:text/javascript,${encodeURIComponent("process.on('exit', () => process.stderr.write('\\n' + JSON.stringify(process.resourceUsage())))")}`;

/** `simulate NAME` in a process of its own: modules, plan, day, measures, report and ledger.parquet. */
export async function wholeCommand(name: string): Promise<{ seconds: number; cpuS: number; peakMB: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'peakday-bench-'));
  try {
    const startUs = monotonicClock.nowUs();
    const { stderr } = await promisify(execFile)(process.execPath, [
      ...['--import', TELL, MAIN, 'simulate', name],
      ...['--out', join(folder, 'run')],
    ]);
    const seconds = (monotonicClock.nowUs() - startUs) / 1e6;
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(stderr.trim().split('\n').at(-1)!);
    return { seconds, cpuS: (userCPUTime + systemCPUTime) / 1e6, peakMB: maxRSS / 1e3 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
