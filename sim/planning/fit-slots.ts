/**
 * How many messages a server works on at once, how long each takes, and what the way costs, from nothing but when posts
 * went out and answers came back. First come, first served by c slots, a message starts when it is there and a slot is free,
 * and which slot was freed when is seen:
 *
 *     start_i = max(sent_i + d, the earliest end of the c before it)      work_i = done_i − start_i
 *
 * For the right c the line before the slots is taken out exactly, at any load. With a c too small some messages end before
 * they began; with one too large those that waited seem to have worked longer. So c is the one with the greatest
 * likelihood of log-normal work. It is taken by stretches of the run, each with a bounded say: when server or generator
 * stood still for a moment, a hundred messages come out at once, and would outvote all the others.
 *
 * The way d (there and back: network, parsing) is in the time of those that found a slot free and not in that of those that
 * waited: what these worked is known without it, but they are few. The likelihood knows d too, from the shape of the times,
 * but takes for work what of the way is not always the same: it is off by two or three per cent. Both means are weighed by what
 * they are uncertain. One slot more, a longer work and a shorter way look much alike; what they can do in a second hardly
 * differs. What never waited cannot tell c or d.
 */
import { Heap } from '../../core/heap.js';

/** One run's messages that went through the server, in order of `sentUs`. */
export interface Passage {
  readonly sentUs: Float64Array;
  readonly doneUs: Float64Array;
  /** Of these the work time counts; the others only held a slot. */
  readonly counts: Uint8Array;
}

export interface SlotFit {
  readonly slots: number;
  /** The likelihood says so against one more: there was a line to see it by. */
  readonly isCertain: boolean;
  /** Microseconds there and back; 0 where too few waited. */
  readonly overheadUs: number;
  /** Of the messages that count, over all runs. */
  readonly workUs: Float64Array;
  /** Messages that found no slot free. */
  readonly waited: number;
}

const MOST_SLOTS = 2_048;
/** From one number of slots that is tried to the next, at first. */
const COARSE = 1.3;
/** Messages in a stretch, and the odds (e to this) by which it may speak for one number of slots against another. */
const STRETCH = 50;
const LOUDEST = 4;
/** ln-likelihood by which one more slot must be worse: odds of e^5. */
const CERTAIN = 5;
/** Fewer that waited do not tell the way from the work. */
export const LEAST_WAITED = 50;
/** Of each run; more do not make the answer better, only later. */
const MOST_MESSAGES = 60_000;
/** One message in so many may have ended whenever, for clocks and ways jitter. */
const STRAY = 1e-2;
/** By which share of the mean work the shape alone is usually wrong, where the way varies by a tenth of the work. */
const SHAPE_ERROR = 0.025;
/** Standard deviations beyond which a work time does not shape the fit. */
const WIDEST = 3;
const FURTHEST = 4;
/** So that work times that are all the same stay. */
const HAIR = 1e-6;

export function fitSlots(all: readonly Passage[]): SlotFit {
  const runs = all.map(beginning);
  const most = Math.min(MOST_SLOTS, Math.max(1, ...runs.map(mostAtOnce)));
  const trials = new Map<number, Trial>();
  const trialOf = (slots: number): Trial => {
    const trial = trials.get(slots) ?? tryOut(runs, slots);
    trials.set(slots, trial);
    return trial;
  };
  let slots = coarsely(runs, most);
  for (let step = Math.max(1, Math.ceil(slots * (COARSE - 1))); step > 0; step = step === 1 ? 0 : Math.ceil(step / 2)) {
    for (let isBetter = true; isBetter; ) {
      isBetter = false;
      for (const other of [slots - step, slots + step]) {
        if (other < 1 || other > most || advantage(trialOf(other), trialOf(slots)) <= HAIR) continue;
        slots = other;
        isBetter = true;
        break;
      }
    }
  }
  const best = trialOf(slots);
  const isCertain = slots < most && advantage(best, trialOf(slots + 1)) >= CERTAIN;
  const { workUs, waited, overheadUs } = weighed(runs, slots, best);
  return { slots, isCertain, overheadUs, workUs: withoutStrays(workUs), waited };
}

/** As if there were no way. */
function coarsely(runs: readonly Passage[], most: number): number {
  let best = { slots: 1, trial: workWith(runs, 1, 0) };
  for (let slots = 2; slots <= most; slots = Math.max(slots + 1, Math.floor(slots * COARSE))) {
    const trial = workWith(runs, slots, 0);
    if (advantage(trial, best.trial) > HAIR) best = { slots, trial };
  }
  return best.slots;
}

/** By how much one is more likely than the other, no stretch of the run counting for more than its share. */
function advantage(one: Worked, other: Worked): number {
  let sum = 0;
  for (const [stretch, logLikelihood] of one.stretches.entries()) {
    sum += Math.max(-LOUDEST, Math.min(LOUDEST, logLikelihood - other.stretches[stretch]!));
  }
  return sum;
}

interface Trial extends Worked {
  readonly overheadUs: number;
}

/** The way that makes the work most likely; at most half of the usual time, for a shift alone could fit anything. */
function tryOut(runs: readonly Passage[], slots: number): Trial {
  const at = (overheadUs: number): Trial => ({ ...workWith(runs, slots, overheadUs), overheadUs });
  const none = at(0);
  if (none.waited < LEAST_WAITED) return none;
  let [low, high] = [0, 0.5 * (none.workUs.slice().sort()[none.workUs.length >> 1] ?? 0)];
  const golden = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [at(high - golden * (high - low)), at(low + golden * (high - low))];
  let best = none;
  for (let round = 0; round < 12; round++) {
    best = [best, left, right].reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
    if (left.logLikelihood > right.logLikelihood) {
      high = right.overheadUs;
      right = left;
      left = at(high - golden * (high - low));
    } else {
      low = left.overheadUs;
      left = right;
      right = at(low + golden * (high - low));
    }
  }
  return [best, left, right].reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
}

/** The likeliest way, moved so that the mean work comes nearer to that of those that waited: the more so the more they are. */
function weighed(runs: readonly Passage[], slots: number, trial: Trial): Trial {
  const { workUs, waitUs, overheadUs } = trial;
  if (trial.waited < LEAST_WAITED) return trial;
  const [low, high] = usualRange(workUs.map(Math.log)).map(Math.exp) as [number, number];
  const isUsual = (us: number) => us >= low && us <= high;
  // Whether a message waited at all is known but for the way.
  const clearly = momentsWithin(
    workUs.filter((_, row) => waitUs[row]! > overheadUs),
    low,
    high,
  );
  const whole = momentsWithin(workUs, low, high);
  if (clearly.count < LEAST_WAITED) return trial;
  const [shapeError, waitedError] = [SHAPE_ERROR * whole.mean, clearly.deviation / Math.sqrt(clearly.count)];
  const trust = shapeError ** 2 / (shapeError ** 2 + waitedError ** 2);
  // A longer way shortens the work of those that did not wait, and of no others.
  const idle = workUs.reduce((sum, us, row) => sum + (isUsual(us) && waitUs[row]! <= 0 ? 1 : 0), 0) / whole.count;
  const moved = overheadUs + (trust * (whole.mean - clearly.mean)) / Math.max(0.1, idle);
  const within = Math.min(0.5 * whole.mean, Math.max(0, moved));
  return { ...workWith(runs, slots, within), overheadUs: within };
}

function beginning({ sentUs, doneUs, counts }: Passage): Passage {
  return {
    sentUs: sentUs.subarray(0, MOST_MESSAGES),
    doneUs: doneUs.subarray(0, MOST_MESSAGES),
    counts: counts.subarray(0, MOST_MESSAGES),
  };
}

interface Worked {
  readonly workUs: Float64Array;
  /** Of the same messages; at most 0: a slot was free. */
  readonly waitUs: Float64Array;
  readonly waited: number;
  readonly logLikelihood: number;
  /** The same, of each stretch of messages that count. */
  readonly stretches: Float64Array;
}

function workWith(runs: readonly Passage[], slots: number, overheadUs: number): Worked {
  const total = runs.reduce((sum, { counts }) => sum + counts.reduce((count, one) => count + one, 0), 0);
  // NaN: it ended before it began.
  const allWorkUs = new Float64Array(total);
  const allWaitUs = new Float64Array(total);
  let at = 0;
  for (const { sentUs, doneUs, counts } of runs) {
    const ends = new Heap<number>();
    for (let row = 0; row < sentUs.length; row++) {
      const thereUs = sentUs[row]! + overheadUs;
      const freedUs = ends.size < slots ? Number.NEGATIVE_INFINITY : ends.pop()!;
      ends.push(doneUs[row]!, doneUs[row]!);
      if (counts[row] === 0) continue;
      const us = doneUs[row]! - Math.max(thereUs, freedUs);
      allWorkUs[at] = us > 0 ? us : Number.NaN;
      allWaitUs[at++] = freedUs - thereUs;
    }
  }
  const isPossible = (_: number, row: number) => !Number.isNaN(allWorkUs[row]!);
  const waitUs = allWaitUs.filter(isPossible);
  const workUs = allWorkUs.filter(isPossible);
  const stretches = likelihoods(allWorkUs, workUs);
  return {
    workUs,
    waitUs,
    waited: waitUs.reduce((count, us) => count + (us > 0 ? 1 : 0), 0),
    logLikelihood: workUs.length < 2 ? Number.NEGATIVE_INFINITY : stretches.reduce((sum, one) => sum + one, 0),
    stretches,
  };
}

/**
 * Log-normal, but for one in a hundred that may have ended whenever: when server or generator stood still for a moment,
 * what ended meanwhile comes out at once, and some of it seems to have taken no time at all.
 */
function likelihoods(allWorkUs: Float64Array, workUs: Float64Array): Float64Array {
  const stretches = new Float64Array(Math.ceil(allWorkUs.length / STRETCH));
  const logs = workUs.map(Math.log);
  let { mean: mu, deviation: sigma } = momentsWithin(logs);
  for (let round = 0; round < 3; round++) {
    ({ mean: mu, deviation: sigma } = momentsWithin(logs, mu - WIDEST * sigma, mu + WIDEST * sigma));
  }
  const stray = Math.log(STRAY) - mu;
  const peak = -Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);
  for (const [row, us] of allWorkUs.entries()) {
    const log = Math.log(us);
    const z = (log - mu) / sigma;
    stretches[Math.floor(row / STRETCH)]! += Number.isNaN(us) ? stray : Math.max(stray, peak - log - 0.5 * z * z);
  }
  return stretches;
}

/** What lies beyond four standard deviations of the rest is no work time but an accident of the machine. */
function withoutStrays(workUs: Float64Array): Float64Array {
  const logs = workUs.map(Math.log);
  const [low, high] = usualRange(logs);
  return workUs.filter((_, row) => logs[row]! >= low && logs[row]! <= high);
}

function usualRange(logs: Float64Array): [number, number] {
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 4; round++) {
    const { mean, deviation } = momentsWithin(logs, low, high);
    [low, high] = [mean - FURTHEST * deviation - HAIR, mean + FURTHEST * deviation + HAIR];
  }
  return [low, high];
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

function momentsWithin(values: Float64Array, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Moments {
  let [count, total, squares] = [0, 0, 0];
  for (const value of values) {
    if (value < low || value > high) continue;
    count++;
    total += value;
    squares += value * value;
  }
  const mean = total / count;
  return { count, mean, deviation: Math.sqrt(Math.max(1e-12, squares / count - mean * mean)) };
}

function mostAtOnce({ sentUs, doneUs }: Passage): number {
  const ends = doneUs.slice().sort();
  let [most, ended] = [0, 0];
  for (const [row, us] of sentUs.entries()) {
    while (ended < ends.length && ends[ended]! <= us) ended++;
    most = Math.max(most, row + 1 - ended);
  }
  return most;
}
