/** What a day in virtual time costs as a whole command, and as it grows. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { monotonicClock } from '../core/clock.js';
import { drawFanPools } from '../sim/plan/fan-book.js';
import { makePlan } from '../sim/plan/plan.js';
import { crowdTimes } from '../sim/planning/crowd.js';
import { loadScenario } from '../sim/scenario/load.js';
import { simulate } from '../sim/virtual/simulate.js';

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

/** The quiz with so many messages, and as many workers for each of them; microseconds of CPU a message, the plan left out. */
export async function costAt(messages: number): Promise<{ messages: number; usPerMessage: number }> {
  const { scenario: quiz } = await loadScenario('quiz', { speed: 1 });
  const factor = messages / makePlan(quiz).columns.length;
  const crowd = crowdTimes(quiz, factor);
  const scenario = { ...crowd, server: { ...crowd.server, workers: Math.ceil(crowd.server.workers * factor) } };
  const plan = makePlan(scenario);
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  const before = process.cpuUsage();
  const { ledger } = simulate({ scenario, plan, pools });
  const { user, system } = process.cpuUsage(before);
  return { messages: ledger.length, usPerMessage: (user + system) / ledger.length };
}
