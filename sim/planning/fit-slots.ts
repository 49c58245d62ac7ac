/**
 * How many messages a server works on at once, how long each takes, and what the way costs, from nothing but when posts
 * went out and answers came back. First come, first served by c slots, a message starts when it is there and a slot is free,
 * and which slot was freed when is seen:
 *
 *     start_i = max(sent_i + d, the earliest end of the c before it)      work_i = done_i − start_i
 *
 * For the right c the line before the slots is taken out exactly, at any load. With a c too small some messages end before
 * they began; with one too large those that waited seem to have worked longer. So c is the one with the greatest
 * likelihood of log-normal work, and with it the d: the way (there and back: network, parsing) is in the time of those
 * that found a slot free and not in that of those that waited. One slot more, a longer work and a shorter way look much
 * alike; what they can do in a second hardly differs. What never waited cannot tell c or d.
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
/** ln-likelihood by which one more slot must be worse: odds of e^5. */
const CERTAIN = 5;
/** Fewer that waited do not tell the way from the work. */
const LEAST_WAITED = 50;
/** Of each run; more do not make the answer better, only later. */
const MOST_MESSAGES = 40_000;
/** One message in so many may have ended whenever, for clocks and ways jitter. */
const STRAY = 1e-2;
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
  // Rises to the right number, then falls, then stays where nobody would wait: the interval is cut in three.
  let [low, high] = [1, most];
  while (high - low > 2) {
    const [left, right] = [low + Math.floor((high - low) / 3), high - Math.floor((high - low) / 3)];
    if (trialOf(left).logLikelihood < trialOf(right).logLikelihood - 1e-6) low = left + 1;
    else high = Math.max(right - 1, left);
  }
  let slots = low;
  for (let c = Math.max(1, low - 1); c <= Math.min(most, high + 1); c++) {
    if (trialOf(c).logLikelihood > trialOf(slots).logLikelihood + 1e-6) slots = c;
  }
  const best = trialOf(slots);
  const isCertain = slots < most && best.logLikelihood - trialOf(slots + 1).logLikelihood >= CERTAIN;
  return { slots, isCertain, overheadUs: best.overheadUs, workUs: withoutStrays(best.workUs), waited: best.waited };
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

function beginning({ sentUs, doneUs, counts }: Passage): Passage {
  return {
    sentUs: sentUs.subarray(0, MOST_MESSAGES),
    doneUs: doneUs.subarray(0, MOST_MESSAGES),
    counts: counts.subarray(0, MOST_MESSAGES),
  };
}

interface Worked {
  readonly workUs: Float64Array;
  readonly waited: number;
  readonly logLikelihood: number;
}

function workWith(runs: readonly Passage[], slots: number, overheadUs: number): Worked {
  const total = runs.reduce((sum, { counts }) => sum + counts.reduce((count, one) => count + one, 0), 0);
  const room = new Float64Array(total);
  let at = 0;
  let waited = 0;
  for (const { sentUs, doneUs, counts } of runs) {
    const ends = new Heap<number>();
    for (let row = 0; row < sentUs.length; row++) {
      const thereUs = sentUs[row]! + overheadUs;
      const freedUs = ends.size < slots ? Number.NEGATIVE_INFINITY : ends.pop()!;
      ends.push(doneUs[row]!, doneUs[row]!);
      if (counts[row] === 0) continue;
      const work = doneUs[row]! - Math.max(thereUs, freedUs);
      if (work <= 0) continue;
      room[at++] = work;
      if (freedUs > thereUs) waited++;
    }
  }
  const workUs = room.subarray(0, at);
  return {
    workUs,
    waited,
    logLikelihood: at < 2 ? Number.NEGATIVE_INFINITY : likelihood(workUs, total - at),
  };
}

/**
 * Log-normal, but for one in a hundred that may have ended whenever: when server or generator stood still for a moment,
 * what ended meanwhile comes out at once, and some of it seems to have taken no time at all.
 */
function likelihood(workUs: Float64Array, outOfOrder: number): number {
  const logs = workUs.map(Math.log);
  let [mu, sigma] = momentsWithin(logs, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  for (let round = 0; round < 3; round++) {
    [mu, sigma] = momentsWithin(logs, mu - WIDEST * sigma, mu + WIDEST * sigma);
  }
  const stray = Math.log(STRAY) - mu;
  let sum = outOfOrder * stray;
  for (const log of logs) {
    const z = (log - mu) / sigma;
    sum += Math.max(stray, -log - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI) - 0.5 * z * z);
  }
  return sum;
}

/** What lies beyond four standard deviations of the rest is no work time but an accident of the machine. */
function withoutStrays(workUs: Float64Array): Float64Array {
  const logs = workUs.map(Math.log);
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 4; round++) {
    const [mu, sigma] = momentsWithin(logs, low, high);
    [low, high] = [mu - FURTHEST * sigma - HAIR, mu + FURTHEST * sigma + HAIR];
  }
  return workUs.filter((_, row) => logs[row]! >= low && logs[row]! <= high);
}

function momentsWithin(logs: Float64Array, low: number, high: number): [number, number] {
  let [count, total, squares] = [0, 0, 0];
  for (const log of logs) {
    if (log < low || log > high) continue;
    count++;
    total += log;
    squares += log * log;
  }
  const mu = total / count;
  return [mu, Math.sqrt(Math.max(1e-12, squares / count - mu * mu))];
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
