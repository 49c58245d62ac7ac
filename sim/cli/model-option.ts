/** `--model model.json`: a server as `calibrate` learnt it, in the place of the scenario's own. */
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { misfits, readModel, settingsOf } from '../planning/model.js';
import type { Scenario } from '../scenario/schema.js';
import { parseSetting } from '../scenario/setting.js';
import { variantOf } from '../scenario/variant.js';

/** `set`: what the user said with --set, which has the last word. Throws UserError for a model that does not fit. */
export function withModel(scenario: Scenario, path: string | undefined, set: readonly string[] = []): Scenario {
  if (path === undefined) return scenario;
  const model = readModel(path);
  const unfit = misfits(model, scenario);
  if (unfit.length > 0) {
    throw new UserError(
      ExitCode.usage,
      unfit.map((message) => ({ file: path, message: `does not fit ${scenario.name}: ${message}` })),
    );
  }
  // Their form was looked at when the scenario was loaded.
  const said = set.map(parseSetting).filter((setting) => typeof setting !== 'string');
  const variant = variantOf(scenario, [...settingsOf(model, scenario), ...said]);
  if (variant.scenario === undefined) throw new UserError(ExitCode.usage, variant.problems);
  return variant.scenario;
}
