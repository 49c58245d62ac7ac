/** From what runs have left (rows of their ledgers) to a model of the server and its fans. Pure. */
import { formatCount, formatShare, US_PER_MS, US_PER_S } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import type { LedgerTimes } from '../ledger/read-parquet.js';
import type { Scenario } from '../scenario/schema.js';
import { type Fitted, fitAll } from './fit-distribution.js';
import { countUpTo, fitQueueBound, type QueueFit } from './fit-queue-bound.js';
import { fitSlots, LEAST_WAITED, type Passage, type SlotFit } from './fit-slots.js';
import { fitPatience, type Waited } from './kaplan-meier.js';
import type { Model } from './model.js';
import { referenceSettings, referenceTarget } from './model-origin.js';

export interface CalibrationRun {
  readonly folder: string;
  readonly scenario: Scenario;
  readonly planDigest: string;
  /** The instrument was near its limits. */
  readonly isSuspect: boolean;
  /** Address, or `the reference server`. */
  readonly target: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly rows: LedgerTimes;
  /** In which the server was not itself; microseconds of the run. */
  readonly faults: readonly { readonly fromUs: number; readonly toUs: number }[];
}

export type Calibrated = Omit<Model, 'madeAt' | 'contention'>;

/** A run in which more than this share of the messages had to be posted again, or were dropped, tells waits and not work. */
const MOST_TROUBLED = 0.02;
const LEAST_MESSAGES = 100;
/** As much as a scenario takes. */
const MOST_SIGMA = 3;
/** A distribution further off describes something else. */
const FURTHEST_KS = 0.2;
/** A server that was asked for so much more than it can do would have lost messages. */
const MOST_LOAD = 1.2;
/** A first post so much after its due time: the generator was not there. */
const LATE_US = 5_000;
const shownOutcomes = ['answered', 'late', 'wrong', 'misaddressed'].map((outcome) =>
  outcomes.indexOf(outcome as (typeof outcomes)[number]),
);
const dropped = outcomes.indexOf('dropped');

/** A string is why nothing can be learnt, for the user. All runs of one channel and mode. */
export function calibrate(runs: readonly CalibrationRun[]): Calibrated | string {
  const troubles = runs.map(troubleOf);
  const used = runs.filter((_, place) => troubles[place] === null);
  if (used.length === 0) {
    return `no run tells a work time: ${runs.map(({ folder }, place) => `${folder} ${troubles[place]}`).join('; ')}. Calibrate from runs at 30 to 60 % of the ceiling`;
  }
  const slotFit = fitSlots(used.map(passageOf));
  const fits = fitAll(slotFit.workUs);
  const [logNormal] = fits;
  const workers = slotFit.slots;
  // Of the times themselves, for that is what the capacity hangs on; jitter makes a fit in logarithms a little too wide.
  const meanWorkUs = slotFit.workUs.reduce((sum, us) => sum + us, 0) / slotFit.workUs.length;
  const meanWorkS = meanWorkUs / US_PER_S;
  const queue = fitQueueBound(
    runs.map(({ rows, scenario }) => ({
      rows,
      gapS: Math.max(...(scenario.platform.gaps ?? [scenario.platform.gap])),
    })),
    { workers, meanWorkUs, overheadUs: slotFit.overheadUs },
  );
  const patience = fitPatience(runs.flatMap(waitsOf));
  const { platform, channel } = runs[0]!.scenario;
  const { messages, rates } = { messages: runs.map(({ rows }) => rows.length), rates: runs.map(ratePerS) };
  const loads = rates.map((perS) => (perS * meanWorkS) / workers);
  return {
    schema: 'peakday.model/1',
    channel: channel === undefined ? 'wechat' : 'webhook',
    mode: platform.mode,
    seen: runs.map(({ folder, scenario, planDigest, target, startedAt }, place) => ({
      folder,
      scenario: scenario.name,
      planDigest,
      target,
      startedAt,
      messages: messages[place]!,
      ratePerS: rates[place]!,
      load: loads[place]!,
      leftOut: troubles[place]!,
    })),
    ...(runs[0]!.target === referenceTarget ? { reference: referenceSettings(runs[0]!.scenario) } : {}),
    server: {
      workers,
      isWorkersCertain: slotFit.isCertain,
      workTimeMeanMs: meanWorkUs / US_PER_MS,
      workTimeSigma: Math.min(MOST_SIGMA, logNormal!.shape),
      overheadMs: slotFit.overheadUs / US_PER_MS,
      queue: queue.bound ?? null,
    },
    patience:
      patience === undefined
        ? null
        : {
            medianS: patience.medianS,
            sigma: Math.min(3, patience.sigma),
            resend: patience.shownShare,
            gaveUp: patience.gaveUp,
            answered: patience.answered,
            distance: patience.distance,
          },
    fit: {
      messages: slotFit.workUs.length,
      waited: slotFit.waited,
      families: fits.map(({ family, shape, scale, logLikelihood, aic, ksDistance }) => ({
        family,
        shape,
        scaleMs: scale / US_PER_MS,
        logLikelihood,
        aic,
        ksDistance,
      })),
    },
    notes: [
      ...misgivings({
        messages: slotFit.workUs.length,
        ksDistance: logNormal!.ksDistance,
        sigma: logNormal!.shape,
        // Of the runs it was learnt from: the others were meant to be too much for it.
        load: Math.max(...loads.filter((_, place) => troubles[place] === null)),
      }),
      ...slotNotes(slotFit),
      ...queueNotes(queue),
      ...familyNotes(fits),
      ...doubtNotes(runs),
      ...cutNotes(runs),
    ],
  };
}

function troubleOf({ rows }: CalibrationRun): string | null {
  let [posted, troubled] = [0, 0];
  for (let row = 0; row < rows.length; row++) {
    if (Number.isNaN(rows.sentUs[row]!)) continue;
    posted++;
    if (rows.attempts[row]! > 1 || rows.outcome[row] === dropped) troubled++;
  }
  if (posted < LEAST_MESSAGES) return `posted only ${formatCount(posted)} messages`;
  const share = troubled / posted;
  return share <= MOST_TROUBLED ? null : `posted ${formatShare(share)} of its messages again, or lost them`;
}

function passageOf({ rows, faults }: CalibrationRun): Passage {
  const through: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    const { [row]: sentUs = Number.NaN } = rows.sentUs;
    if (!Number.isNaN(sentUs) && rows.outcome[row] !== dropped && rows.attempts[row] === 1) through.push(row);
  }
  const isDisturbed = overlapping([...faults, ...lateSpans(rows)]);
  return {
    sentUs: Float64Array.from(through, (row) => rows.sentUs[row]!),
    doneUs: Float64Array.from(through, (row) => rows.doneUs[row]!),
    counts: Uint8Array.from(through, (row) =>
      isDisturbed(rows.sentUs[row]!, rows.doneUs[row]!) || !shownOutcomes.includes(rows.outcome[row]!) ? 0 : 1,
    ),
  };
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

/** While the generator itself stood still, it also came late to the answers. */
function lateSpans(rows: LedgerTimes): Span[] {
  const spans: Span[] = [];
  for (let row = 0; row < rows.length; row++) {
    const [fromUs, toUs] = [rows.dueUs[row]!, rows.sentUs[row]!];
    if (toUs - fromUs > LATE_US) spans.push({ fromUs, toUs });
  }
  return spans;
}

function overlapping(spans: readonly Span[]): (fromUs: number, toUs: number) => boolean {
  const merged: { fromUs: number; toUs: number }[] = [];
  for (const { fromUs, toUs } of [...spans].sort((a, b) => a.fromUs - b.fromUs)) {
    const last = merged.at(-1);
    if (last !== undefined && fromUs <= last.toUs) last.toUs = Math.max(last.toUs, toUs);
    else merged.push({ fromUs, toUs });
  }
  const ends = Float64Array.from(merged, ({ toUs }) => toUs);
  return (fromUs, toUs) => {
    const next = merged[countUpTo(ends, fromUs)];
    return next !== undefined && next.fromUs < toUs;
  };
}

function ratePerS({ rows }: CalibrationRun): number {
  let [first, last, posted] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const sentUs of rows.sentUs) {
    if (Number.isNaN(sentUs)) continue;
    posted++;
    first = Math.min(first, sentUs);
    last = Math.max(last, sentUs);
  }
  return posted < 2 ? 0 : ((posted - 1) / Math.max(1, last - first)) * US_PER_S;
}

const queueDoubts: Readonly<Record<NonNullable<QueueFit['doubt']>, (fit: QueueFit) => string>> = {
  'none refused': ({ waitedMost }) =>
    `no message was refused in these runs, though up to ${formatCount(waitedMost)} waited`,
  'given up': () => 'what was answered 503 had waited before: given up, not turned away by a full queue',
  few: ({ refusals }) => `only ${refusals} messages were refused, which may be an accident`,
  scattered: ({ refusals }) => `${formatCount(refusals)} messages were refused, at no one level of the queue`,
};

function queueNotes(fit: QueueFit): string[] {
  if (fit.doubt === undefined) return [];
  const why = queueDoubts[fit.doubt](fit);
  return [
    `how many may wait was not seen: ${why}; the scenario's own server.queue is used. Add a short run above the ceiling`,
  ];
}

/** Each planned message: when its fan wrote the same again without an answer, or until when it is known not to have. */
function waitsOf({ rows, scenario }: CalibrationRun): Waited[] {
  const again = new Map<string, number[]>();
  const keyOf = (row: number) => `${rows.fan[row]} ${rows.intent[row]}`;
  let endUs = 0;
  for (let row = 0; row < rows.length; row++) {
    if (Number.isFinite(rows.doneUs[row]!)) endUs = Math.max(endUs, rows.doneUs[row]!);
    if (rows.reactive[row] !== 1) continue;
    const key = keyOf(row);
    const times = again.get(key) ?? [];
    again.set(key, times);
    times.push(rows.dueUs[row]!);
  }
  if (again.size === 0) return [];
  const waits: Waited[] = [];
  const seconds = (us: number) => (us * scenario.speed) / US_PER_S;
  for (let row = 0; row < rows.length; row++) {
    if (rows.reactive[row] === 1 || Number.isNaN(rows.sentUs[row]!)) continue;
    const dueUs = rows.dueUs[row]!;
    const isLost = rows.outcome[row] === dropped;
    const answeredUs = isLost ? Math.max(endUs, dueUs) : rows.doneUs[row]!;
    const wroteUs = again.get(keyOf(row))?.find((us) => us > dueUs && us < answeredUs);
    waits.push(
      wroteUs === undefined
        ? { timeS: seconds(answeredUs - dueUs), gaveUp: false }
        : { timeS: seconds(wroteUs - dueUs), gaveUp: true },
    );
  }
  return waits;
}

/** Why a model may be nonsense, loudly: it can be written all the same. */
export function misgivings(learnt: { messages: number; ksDistance: number; sigma: number; load: number }): string[] {
  const { messages, ksDistance, sigma, load } = learnt;
  const reasons = [
    ...(messages < LEAST_MESSAGES ? [`it was learnt from only ${formatCount(messages)} work times`] : []),
    ...(ksDistance > FURTHEST_KS
      ? [`the work times are ${formatShare(Number(ksDistance.toFixed(3)))} off a log-normal distribution`]
      : []),
    ...(sigma >= MOST_SIGMA ? [`their sigma is ${sigma.toFixed(1)}, cut to ${MOST_SIGMA}`] : []),
    ...(load > MOST_LOAD
      ? [
          `by it, its own runs asked for ${formatShare(Number(load.toFixed(2)))} of what the server can do, and were answered`,
        ]
      : []),
  ];
  return reasons.length === 0
    ? []
    : [
        `DO NOT TRUST THIS MODEL: ${reasons.join('; ')}. Run a steady scenario at 30 and 60 % of the ceiling, for longer`,
      ];
}

function slotNotes({ slots, isCertain, overheadUs, waited }: SlotFit): string[] {
  const unsure = isCertain
    ? []
    : [`too few messages waited to tell how many are worked on at once: at least ${slots}; add a run at a higher load`];
  const noWay =
    overheadUs > 0
      ? []
      : [
          waited < LEAST_WAITED
            ? `the way to the server and back counts as work: ${formatCount(waited)} messages waited, too few to tell the two apart`
            : `the way to the server and back counts as work: the ${formatCount(waited)} messages that waited took as long as the others, so no way of its own was seen`,
        ];
  return [...unsure, ...noWay];
}

function familyNotes(fits: readonly Fitted[]): string[] {
  const best = fits.reduce((a, b) => (b.aic < a.aic ? b : a));
  const logNormal = fits[0]!;
  return best.aic < logNormal.aic - 10
    ? [
        `a ${best.family} distribution describes the work time better (AIC ${Math.round(logNormal.aic - best.aic)} less); the simulator draws log-normal`,
      ]
    : [];
}

function doubtNotes(runs: readonly CalibrationRun[]): string[] {
  return runs
    .filter(({ isSuspect }) => isSuspect)
    .map(
      ({ folder }) =>
        `${folder}: its instrument was SUSPECT, and part of the times is the generator's; run it on a quieter machine`,
    );
}

function cutNotes(runs: readonly CalibrationRun[]): string[] {
  return runs
    .filter(({ rows }) => rows.isCut)
    .map(({ folder, rows }) => `${folder}: only the first ${formatCount(rows.length)} messages were read`);
}
