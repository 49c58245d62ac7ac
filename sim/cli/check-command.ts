/** `peakday check`: everything about a scenario that can be known without running it. */
import process from 'node:process';
import { stringify } from 'yaml';
import type { CommandModule } from 'yargs';
import { formatProblem } from '../../core/problem.js';
import { makePlan } from '../plan/plan.js';
import { renderPlan } from '../report/plan-picture.js';
import { encodeScenario } from '../scenario/encode.js';
import { loadScenario } from '../scenario/load.js';
import { unansweredWarning } from '../scenario/unanswered.js';
import { environmentOptions } from './environment-options.js';
import { parseWindow } from './window-option.js';

interface CheckFlags {
  readonly scenario: string;
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
  readonly window?: string | undefined;
  readonly brief: boolean;
}

export const checkCommand: CommandModule<object, CheckFlags> = {
  command: 'check <scenario>',
  describe: 'Check a scenario; show it with all defaults, its totals, its peak and what it will need',
  builder: (yargs) =>
    yargs
      .config(environmentOptions(['speed', 'seed', 'window', 'brief']))
      .positional('scenario', { type: 'string', demandOption: true, describe: 'A built-in name or a file' })
      .option('speed', { type: 'number', requiresArg: true })
      .option('seed', { type: 'number', requiresArg: true })
      .option('window', { type: 'string', describe: 'Only a part of the day, like 14:55-15:25' })
      .option('brief', { type: 'boolean', default: false, describe: 'Without the filled-in scenario' }),
  async handler(flags) {
    const { scenario, ...loaded } = await loadScenario(flags.scenario, { seed: flags.seed, speed: flags.speed });
    const warnings = [...loaded.warnings];
    const plan = makePlan(scenario, parseWindow(flags.window, scenario));
    const unanswered = unansweredWarning(scenario);
    if (unanswered !== undefined) warnings.push(unanswered);
    for (const warning of warnings) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
    if (!flags.brief) process.stdout.write(`${stringify(encodeScenario(scenario), { lineWidth: 110 })}\n`);
    process.stdout.write(renderPlan(scenario, plan));
  },
};
