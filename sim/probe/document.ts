/** `peakday.probe/1`: what a probe found, as written to probe.json and as shown. */
import { type Advice, adviseRate, ceilingOf, type ProbeDoubt, probeDoubt } from './advice.js';
import type { Climbed } from './climb.js';
import { findKnee, type KneeFound } from './knee.js';
import type { StopReason } from './ladder.js';
import { isSustained, type Step } from './step.js';
import { fitUsl, type LoadPoint, type UslFit } from './usl-fit.js';

export interface ProbeSubject {
  readonly scenario: { readonly name: string; readonly seed: number; readonly planDigest: string };
  readonly target: { readonly url: string; readonly reference: boolean };
  readonly startedAtMs: number;
  readonly stepS: number;
  readonly environment: Readonly<Record<string, string | number>>;
  readonly notes: readonly string[];
}

export interface ProbeDocument extends Omit<ProbeSubject, 'startedAtMs'> {
  readonly schema: 'peakday.probe/1';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Of each step, not counted. */
  readonly warmUpS: number;
  readonly steps: readonly Step[];
  readonly stop: StopReason;
  /** Null: no step had at least one right answer and at most 1 % of failures. */
  readonly ceiling: LoadPoint | null;
  readonly knee: KneeFound;
  /** Over the steps with at most 1 % of failures. */
  readonly usl: UslFit;
  readonly advice: Advice | null;
  /** The probe itself was too busy at some step. */
  readonly doubt: ProbeDoubt | null;
}

export function composeProbe(
  { startedAtMs, ...subject }: ProbeSubject,
  { steps, stop, warmUpS }: Climbed,
): ProbeDocument {
  const ceiling = ceilingOf(steps);
  const knee = findKnee(steps);
  return {
    schema: 'peakday.probe/1',
    ...subject,
    startedAt: new Date(startedAtMs).toISOString(),
    warmUpS,
    steps,
    stop,
    ceiling: ceiling ?? null,
    knee,
    usl: fitUsl(steps.filter(isSustained)),
    advice: ceiling === undefined ? null : adviseRate(ceiling, knee),
    doubt: probeDoubt(steps, ceiling) ?? null,
  };
}

/** Four significant digits and no more: the rest is noise. */
export function writeProbe(document: ProbeDocument): string {
  const short = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  return `${JSON.stringify(document, short, 2)}\n`;
}
