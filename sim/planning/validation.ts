/**
 * `peakday.validation/1`: what a model predicts of a run against what was measured, on the same plan. Judged as planners do
 * (THEORY §5): throughput within 5 %, p50 15 %, p95 and p99 30 % (of the logarithm of the ratio), the backlog's peak 15 %,
 * recovery 20 %, the share dropped 3 points.
 */
import type { Measures } from '../measure/measures.js';
import { type TInterval, tInterval } from './t-interval.js';

const figureNames = ['throughput', 'p50', 'p95', 'p99', 'backlog peak', 'recovery', 'dropped'] as const;
type FigureName = (typeof figureNames)[number];

/** Null: never, or nothing to measure. */
export type Figures = Readonly<Record<FigureName, number | null>>;

export interface Compared {
  readonly figure: FigureName;
  readonly unit: 'perSecond' | 'ms' | 'messages' | 's' | 'share';
  /** Mean over the replications; null: never. */
  readonly predicted: number | null;
  /** Half-width of its interval. */
  readonly spread: number | null;
  /** By how much one such day differs from the mean of all: standard deviation; null: of one day nobody knows. */
  readonly daySpread: number | null;
  readonly measured: number | null;
  /** Relative error, log ratio, or difference of shares, in that order of `kind`; null: one of the two is never. */
  readonly error: number | null;
  readonly kind: 'relative' | 'log ratio' | 'points';
  readonly bound: number;
  /** `not judged`: too small to be told from chance. */
  readonly result: 'pass' | 'miss' | 'not judged';
}

interface Rule {
  readonly unit: Compared['unit'];
  readonly kind: Compared['kind'];
  readonly bound: number;
  /** Both at most so large: a few messages, or a moment, are chance. */
  readonly chance: number;
}

const rules: Readonly<Record<FigureName, Rule>> = {
  throughput: { unit: 'perSecond', kind: 'relative', bound: 0.05, chance: 0 },
  p50: { unit: 'ms', kind: 'relative', bound: 0.15, chance: 0 },
  p95: { unit: 'ms', kind: 'log ratio', bound: 0.3, chance: 0 },
  p99: { unit: 'ms', kind: 'log ratio', bound: 0.3, chance: 0 },
  'backlog peak': { unit: 'messages', kind: 'relative', bound: 0.15, chance: 20 },
  recovery: { unit: 's', kind: 'relative', bound: 0.2, chance: 1 },
  dropped: { unit: 'share', kind: 'points', bound: 0.03, chance: -1 },
};

export interface MeasuredDay {
  readonly outcomes: Measures['counts']['outcomes'];
  readonly durationS: number;
  readonly response: { readonly p50: number | null; readonly p95: number | null; readonly p99: number | null };
  readonly backlog: Pick<Measures['backlog'], 'peak' | 'drainS'>;
  readonly recovery: readonly Pick<Measures['recovery'][number], 'tookS'>[];
}

/** Recovery: the longest after a fault or burst; without any, how long the backlog took from its peak to normal. */
export function figuresOf({ outcomes, durationS, response, backlog, recovery }: MeasuredDay): Figures {
  const { answered, late, wrong, misaddressed, dropped } = outcomes;
  const shown = answered + late + wrong + misaddressed;
  const took = recovery.map(({ tookS }) => tookS);
  return {
    throughput: shown / Math.max(durationS, 1e-6),
    p50: response.p50,
    p95: response.p95,
    p99: response.p99,
    'backlog peak': backlog.peak,
    recovery:
      took.length === 0 ? backlog.drainS : took.some((one) => one === null) ? null : Math.max(...(took as number[])),
    dropped: dropped / Math.max(1, shown + dropped),
  };
}

export function compare(predictions: readonly Figures[], measured: Figures): Compared[] {
  return figureNames.map((figure) => {
    const { unit, kind, bound, chance } = rules[figure];
    const interval = intervalOf(predictions.map((prediction) => prediction[figure]));
    const predicted = interval?.mean ?? null;
    const seen = measured[figure];
    const error = predicted === null || seen === null ? null : errorOf(kind, predicted, seen);
    const isChance = predicted !== null && seen !== null && predicted <= chance && seen <= chance;
    const isBothNever = predicted === null && seen === null;
    const isWithin = error !== null && Math.abs(error) <= bound;
    return {
      figure,
      unit,
      predicted,
      spread: interval === undefined || !Number.isFinite(interval.halfWidth) ? null : interval.halfWidth,
      daySpread: daySpread(predictions.map((prediction) => prediction[figure])),
      measured: seen,
      error,
      kind,
      bound,
      result: isChance ? 'not judged' : isBothNever || isWithin ? 'pass' : 'miss',
    };
  });
}

/** Undefined where most replications never came to it; those that did are not their mean. */
function intervalOf(values: readonly (number | null)[]): TInterval | undefined {
  const known = values.filter((value) => value !== null);
  return known.length > values.length / 2 ? tInterval(known) : undefined;
}

function daySpread(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
}

function errorOf(kind: Compared['kind'], predicted: number, measured: number): number | null {
  if (kind === 'points') return predicted - measured;
  if (predicted === measured) return 0;
  if (measured <= 0 || (kind === 'log ratio' && predicted <= 0)) return null;
  return kind === 'relative' ? predicted / measured - 1 : Math.log(predicted / measured);
}
