/** What is known of a scenario without running it, as text. */
import process from 'node:process';
import { stringify } from 'yaml';
import { formatProblem } from '../../core/problem.js';
import { makePlan } from '../plan/plan.js';
import { renderPlan } from '../report/plan-picture.js';
import { encodeScenario } from '../scenario/encode.js';
import { loadScenario } from '../scenario/load.js';
import { unansweredWarning } from '../scenario/unanswered.js';
import { parseWindow } from './window-option.js';

export interface CheckFlags {
  readonly scenario: string;
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
  readonly window?: string | undefined;
  readonly brief: boolean;
}

export async function checkScenario(flags: CheckFlags): Promise<void> {
  const { scenario, ...loaded } = await loadScenario(flags.scenario, { seed: flags.seed, speed: flags.speed });
  const warnings = [...loaded.warnings];
  const plan = makePlan(scenario, parseWindow(flags.window, scenario));
  const unanswered = unansweredWarning(scenario);
  if (unanswered !== undefined) warnings.push(unanswered);
  for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  if (!flags.brief) process.stdout.write(`${stringify(encodeScenario(scenario), { lineWidth: 110 })}\n`);
  process.stdout.write(renderPlan(scenario, plan));
}
