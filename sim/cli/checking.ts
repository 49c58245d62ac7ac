/** What is known of a scenario without running it, as text. */
import process from 'node:process';
import { stringify } from 'yaml';
import { formatProblem } from '../../core/problem.js';
import { makePlan } from '../plan/plan.js';
import { renderPlan } from '../report/plan-picture.js';
import { encodeScenario } from '../scenario/encode.js';
import { loadScenario } from '../scenario/load.js';
import { unansweredWarning } from '../scenario/unanswered.js';
import { Gathered } from './gathered.js';
import { parseWindow } from './window-option.js';

export interface CheckFlags {
  readonly scenario: string;
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
  readonly window?: string | undefined;
  readonly brief: boolean;
}

export async function checkScenario(said: CheckFlags): Promise<void> {
  const gathered = new Gathered();
  const flags = gathered.numbers(said);
  const { seed, speed } = flags;
  const loaded = await gathered.take(() => loadScenario(flags.scenario, { seed, speed }));
  const window = await gathered.take(() => loaded && parseWindow(flags.window, loaded.scenario));
  const { scenario, warnings } = gathered.complete({ loaded }).loaded;
  const plan = makePlan(scenario, window);
  const unanswered = unansweredWarning(scenario);
  for (const warning of unanswered === undefined ? warnings : [...warnings, unanswered])
    process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  if (!flags.brief) process.stdout.write(`${stringify(encodeScenario(scenario), { lineWidth: 110 })}\n`);
  process.stdout.write(renderPlan(scenario, plan));
}
