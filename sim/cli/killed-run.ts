/**
 * The report of a run that was killed before it could write one: its spool files hold every row but those of its last
 * second, and the plan is made again from its scenario. What has no row ends as `unsent: interrupted`.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { US_PER_S } from '../../core/units.js';
import { causes, type PostFailure, postFailures } from '../delivery/end.js';
import { readLedger } from '../ledger/read-ledger.js';
import type { Ledger } from '../ledger/row.js';
import { marksOf, type RunClock } from '../measure/marks.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { makePlan, type Plan, playedPlan } from '../plan/plan.js';
import { playerSettings } from '../player/player-settings.js';
import { BEGUN_NAME, type Begun } from '../report/begun.js';
import type { Summary } from '../report/document.js';
import { holderOf, LOCK_NAME } from '../report/folder-lock.js';
import { remainsOf } from '../run/dead-shard.js';
import { loadScenario } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { reportLedger } from './run-report.js';
import { parseWindow } from './window-option.js';

export interface KilledRun {
  readonly path: string;
  readonly begun: Begun;
  readonly color?: boolean | undefined;
}

/** Prints the summary and writes all reports. Throws UserError (usage) where the run is going on, or its plan cannot be made again. */
export async function reportKilledRun({ path, begun, color }: KilledRun): Promise<void> {
  const holder = holderOf(path);
  if (holder !== undefined)
    throw new UserError(
      ExitCode.usage,
      `${path}: its run is going on (process ${holder.pid}); it writes its own report`,
    );
  const { scenario } = await loadScenario(join(path, 'scenario.json'));
  const plan = makePlan(scenario, parseWindow(begun.window ?? undefined, scenario));
  if (plan.digest !== begun.planDigest)
    throw new UserError(
      ExitCode.usage,
      `${path}: its plan cannot be made again (another version of peakday made it), so nobody can say which messages have no row`,
    );
  const clock: RunClock = { startDayS: plan.startDayS, endDayS: plan.endDayS, speed: scenario.speed };
  const { ledger, problems, spoolPaths } = rowsOf(path, begun, scenario, plan);
  await reportLedger({
    kind: 'run',
    flags: { json: false, color },
    scenario,
    plan: playedPlan(plan),
    clock,
    isWindow: begun.window !== null,
    marks: marksOf(begun.target.reference ? scenario : { ...scenario, faults: [] }, clock),
    book: fanBook(await drawFanPools(scenario.seed, scenario.platform.account)),
    folder: { path, shownPath: path },
    environment: JSON.parse(readFileSync(join(path, 'environment.json'), 'utf8')) as Summary['environment'],
    target: begun.target,
    ledger,
    exhibits: [],
    generator: { threads: begun.threads, loopUtilisation: 0, warmConnections: 0, connections: 0, interrupted: true },
    failedPosts: lastFailures(ledger),
    startedAtMs: begun.startedAtMs,
    malformed: [],
    interrupted: true,
    abortedBy: undefined,
    hooks: [],
    broken: undefined,
    notes: [
      'the run was killed, and this report made afterwards from the rows it had written: messages without a row, some of which may have been sent, stand as unsent: interrupted',
      'not known after its death: how busy the generator was, what wrong replies said, what was corrected, hooks, and posts that failed before another was made',
      ...problems,
    ],
    keeping: {
      onKept: () => {
        for (const file of [...spoolPaths, join(path, BEGUN_NAME), join(path, LOCK_NAME)])
          rmSync(file, { force: true });
      },
      otherwise: `its rows are in ${join(path, 'spool-*.bin')}`,
    },
  });
}

function rowsOf(path: string, begun: Begun, scenario: Scenario, plan: Plan) {
  const { threads } = begun;
  const spoolPaths = Array.from({ length: threads }, (_, thread) => join(path, `spool-${thread}.bin`));
  // It lived at least until its last row.
  const written = readLedger(spoolPaths.map((spool) => ({ path: spool, rows: null, kept: [] })));
  const diedUs = written.ledger.doneUs.reduce((latest, doneUs) => Math.max(latest, doneUs), 0);
  const { templates } = playerSettings(scenario, false);
  const { speed } = scenario;
  const startDayUs = plan.startDayS * US_PER_S;
  const spools = spoolPaths.map((spoolPath, thread) => {
    const share = { plan: plan.columns, templates, thread, threads, startDayUs, speed };
    return remainsOf({ share, spoolPath, error: 'killed', diedUs }).result.spool;
  });
  return { ...readLedger(spools), spoolPaths };
}

/** Only the last post of each message is known. */
function lastFailures({ length, cause }: Ledger): Record<PostFailure, number> {
  const counts = { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0 };
  for (const name of postFailures) {
    const code = causes.indexOf(name);
    for (let row = 0; row < length; row++) if (cause[row] === code) counts[name]++;
  }
  return counts;
}
