/** Where a model is from, and whether a run that it is held against is of the same server and not the very one it was made from. */
import type { Scenario } from '../scenario/schema.js';
import type { Model } from './model.js';

export interface RunOrigin {
  readonly folder: string;
  readonly scenario: Scenario;
  readonly planDigest: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Its address, or that of the reference server. */
  readonly target: string;
}

/** What a target is called that is ours: its settings are known. */
export const referenceTarget = 'the reference server';

/** What the reference server was set to, but for what it answers: the same settings, the same server. */
export function referenceSettings({ server }: Pick<Scenario, 'server'>): Record<string, unknown> {
  const { answers: _, ...settings } = server;
  // As it is read again from a file: what is not set is not there.
  return JSON.parse(JSON.stringify(settings)) as Record<string, unknown>;
}

/** One sentence each; the runs from which nothing was learnt of the work count all the same. */
export function originNotes({ seen, reference }: Pick<Model, 'seen' | 'reference'>, run: RunOrigin): string[] {
  const { folder, scenario, planDigest, startedAt, target } = run;
  const targets = [...new Set(seen.map((one) => one.target))];
  const names = [...new Set(seen.map((one) => one.scenario))];
  const other = targets.includes(target) ? otherSettings(reference, run) : [];
  const samePlan = seen.find((one) => one.planDigest === planDigest && one.target === target);
  const isSame = seen.some(
    (one) => one.folder === folder || (one.startedAt === startedAt && one.planDigest === planDigest),
  );
  return [
    ...(isSame ? ['the model was made from this very run: that it fits says little'] : []),
    ...(!isSame && samePlan !== undefined
      ? [`the model was made from a run of the same plan (${samePlan.folder}): the same messages at the same times`]
      : []),
    ...(targets.includes(target)
      ? []
      : [
          `another server: the run was against ${target}, the model is of ${targets.join(', ')}; that it misses says little`,
        ]),
    ...(other.length === 0
      ? []
      : [
          `another server: the run’s own settings differ from those the model is of (${other.join(', ')}); that it misses says little`,
        ]),
    ...(names.includes(scenario.name)
      ? []
      : [`the run is of the scenario ${scenario.name}, the model was made from ${names.join(', ')}`]),
  ];
}

function otherSettings(reference: Model['reference'], { target, scenario }: RunOrigin): string[] {
  if (target !== referenceTarget || reference === undefined) return [];
  const own = referenceSettings(scenario);
  const shown = (value: unknown) => (value === undefined ? 'not set' : JSON.stringify(value));
  return [...new Set([...Object.keys(own), ...Object.keys(reference)])]
    .filter((key) => shown(own[key]) !== shown(reference[key]))
    .map((key) => `server.${key} ${shown(own[key])}, there ${shown(reference[key])}`);
}
