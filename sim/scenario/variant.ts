/** A scenario that was loaded, with some of its values replaced and everything checked again. */
import type { Problem } from '../../core/problem.js';
import { crossCheck } from './cross-check.js';
import { encodeScenario } from './encode.js';
import { dotted } from './finding.js';
import { findingsOf } from './issue-sentence.js';
import { type Scenario, scenarioSchema } from './schema.js';
import { type Setting, withSettings } from './setting.js';

export type Variant =
  | { readonly scenario: Scenario; readonly problems: readonly [] }
  | { readonly scenario: undefined; readonly problems: readonly Problem[] };

/** All problems at once, each by its path in the scenario. */
export function variantOf(scenario: Scenario, settings: readonly Setting[]): Variant {
  if (settings.length === 0) return { scenario, problems: [] };
  const set = withSettings(encodeScenario(scenario), settings);
  const parsed = scenarioSchema.safeParse(set.input);
  const findings = parsed.success
    ? crossCheck(parsed.data).errors
    : findingsOf(scenarioSchema, parsed.error.issues, set.input);
  const problems = [
    ...set.problems,
    ...findings.map(({ path, message }): Problem => ({ path: dotted(path), message })),
  ];
  return parsed.success && problems.length === 0
    ? { scenario: parsed.data, problems: [] }
    : { scenario: undefined, problems };
}
