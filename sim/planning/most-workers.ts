/**
 * Where a server's work slows down with what is worked on beside it, more workers help only up to the optimum of the
 * scalability law, √((1−σ)/κ); beyond it all of them together carry less.
 */
import { formatCount, formatShare } from '../../core/units.js';
import { contentionFactor } from '../../server/engine/work-time.js';
import type { Scenario } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import type { Variation } from './variation.js';

type Contention = Scenario['server']['contention'];

/** How many workers carry most; infinite where each one more carries more. */
export function mostWorkers({ server: { contention, workTime } }: Pick<Scenario, 'server'>): number {
  const { sigma, kappa } = contention;
  if (kappa === 0 || workTime.mean === 0) return Number.POSITIVE_INFINITY;
  const optimum = Math.max(1, Math.sqrt((1 - sigma) / kappa));
  const [less, more] = [Math.floor(optimum), Math.ceil(optimum)];
  return carriedBy(more, contention) > carriedBy(less, contention) ? more : less;
}

/** `server.contention (sigma 0.02, kappa 0.01) lets 10 workers carry most`: said wherever it bounds something. */
export function mostWorkersLine(scenario: Pick<Scenario, 'server'>): string {
  const { sigma, kappa } = scenario.server.contention;
  return `server.contention (sigma ${sigma}, kappa ${kappa}) lets ${formatCount(mostWorkers(scenario))} workers carry most, about √((1 − sigma) ÷ kappa)`;
}

/** `64 carry 28% of what 10 do`; undefined: there are no more than carry most. */
export function tooManyWorkers(scenario: Pick<Scenario, 'server'>): string | undefined {
  const { workers, contention } = scenario.server;
  const most = mostWorkers(scenario);
  if (workers <= most) return undefined;
  const share = carriedBy(workers, contention) / carriedBy(most, contention);
  return `${formatCount(workers)} carry ${formatShare(Number(share.toFixed(2)))} of what ${formatCount(most)} do`;
}

/** A range of workers ends where more of them carry less; what is left out is said. */
export function boundedRange(
  scenario: Scenario,
  variations: readonly Variation[],
): { readonly variations: readonly Variation[]; readonly note: string | undefined } {
  const place = variations.findIndex(({ name }) => name === 'server.workers');
  const range = variations[place];
  if (range === undefined || Number(range.values[0]) > Number(range.values.at(-1))) {
    return { variations, note: undefined };
  }
  // The contention itself may be varied, too: the end that lets most of them help.
  const [, scenarioOfMost] = [0, -1]
    .map(
      (end) =>
        variantOf(
          scenario,
          variations.map(({ name, values }) => ({ name, value: values.at(end)! })),
        ).scenario,
    )
    .flatMap((variant) => (variant === undefined ? [] : [[mostWorkers(variant), variant] as const]))
    .sort(([a], [b]) => b - a)[0] ?? [0, scenario];
  if (!Number.isFinite(mostWorkers(scenarioOfMost))) return { variations, note: undefined };
  const { contention } = scenarioOfMost.server;
  const carried = range.values.map((value) => carriedBy(Number(value), contention));
  const values = range.values.slice(0, carried.indexOf(Math.max(...carried)) + 1);
  if (values.length === range.values.length) return { variations, note: undefined };
  const note = `server.workers above ${values.at(-1)} was not tried: ${mostWorkersLine(scenarioOfMost)}, and more of them carry less and cost more`;
  return { variations: variations.with(place, { ...range, values }), note };
}

/** Times what one worker carries. */
function carriedBy(workers: number, contention: Contention): number {
  return workers / contentionFactor(contention, workers);
}
