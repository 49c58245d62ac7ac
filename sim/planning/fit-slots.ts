/**
 * How many messages a server works on at once, how long each takes, and what the way costs, from nothing but when posts
 * went out and answers came back. First come, first served by c slots, a message starts when it is there and a slot is free,
 * and which slot was freed when is seen:
 *
 *     start_i = max(sent_i + d, the earliest end of the c before it)      work_i = done_i − start_i
 *
 * For the right c the line before the slots is taken out exactly, at any load. With a c too small some messages end before
 * they began; with one too large those that waited seem to have worked longer. So c is the one with the greatest
 * likelihood of log-normal work. The way d (there and back: network, parsing) is in the time of those that found a slot
 * free, and not in that of those that waited: the difference of the two means. What never waited cannot tell c or d.
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
/** ln-likelihood by which one more slot must be worse: odds of e^10. */
const CERTAIN = 10;
/** Fewer that waited do not tell the way from the work. */
const LEAST_WAITED = 50;
/** How likely a message is to end before it began: almost never, but clocks and ways jitter. */
const OUT_OF_ORDER = 1e-4;

export function fitSlots(runs: readonly Passage[]): SlotFit {
  const most = Math.min(MOST_SLOTS, Math.max(1, ...runs.map(mostAtOnce)));
  let best = tryOut(runs, 1);
  let [slots, next] = [1, best];
  // Rises up to the right number, then falls and stays; a few more are looked at for a dent.
  for (let c = 2, worse = 0; c <= most && worse < 4 + slots; c++) {
    const trial = tryOut(runs, c);
    worse++;
    if (trial.logLikelihood > best.logLikelihood + 1e-6) [best, slots, worse] = [trial, c, 0];
  }
  next = slots < most ? tryOut(runs, slots + 1) : best;
  const isCertain = slots < most && best.logLikelihood - next.logLikelihood >= CERTAIN;
  const refined = refineOverhead(runs, slots, best);
  return { slots, isCertain, overheadUs: refined.overheadUs, workUs: refined.workUs, waited: refined.waited };
}

interface Trial {
  readonly overheadUs: number;
  readonly workUs: Float64Array;
  readonly waited: number;
  /** Standard error of the overhead. */
  readonly errorUs: number;
  readonly logLikelihood: number;
}

/** The overhead moves who waited, and who waited the overhead: a few rounds settle it. */
function tryOut(runs: readonly Passage[], slots: number): Trial {
  let overheadUs = 0;
  let trial = workWith(runs, slots, 0);
  const ceilingUs = lowQuantile(trial.workUs);
  for (let round = 0; round < 4 && trial.waited >= LEAST_WAITED; round++) {
    const next = Math.min(ceilingUs, Math.max(0, overheadUs + trial.gapUs));
    if (Math.abs(next - overheadUs) < 1) break;
    overheadUs = next;
    trial = workWith(runs, slots, overheadUs);
  }
  return { ...trial, overheadUs };
}

/** The likelihood knows more of the overhead than the two means, but only near them: a shift alone could fit anything. */
function refineOverhead(runs: readonly Passage[], slots: number, from: Trial): Trial {
  if (from.waited < LEAST_WAITED) return from;
  const top = lowQuantile(workWith(runs, slots, 0).workUs);
  let low = Math.max(0, from.overheadUs - 3 * from.errorUs);
  let high = Math.min(top, from.overheadUs + 3 * from.errorUs);
  const golden = (Math.sqrt(5) - 1) / 2;
  const at = (overheadUs: number): Trial => ({ ...workWith(runs, slots, overheadUs), overheadUs });
  let [left, right] = [at(high - golden * (high - low)), at(low + golden * (high - low))];
  for (let round = 0; round < 20 && high - low > 5; round++) {
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
  return [from, left, right].reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
}

interface Worked {
  readonly workUs: Float64Array;
  readonly waited: number;
  /** Mean of those that found a slot free − mean of those that waited. */
  readonly gapUs: number;
  readonly errorUs: number;
  readonly logLikelihood: number;
}

function workWith(runs: readonly Passage[], slots: number, overheadUs: number): Worked {
  const total = runs.reduce((sum, { counts }) => sum + counts.reduce((count, one) => count + one, 0), 0);
  const room = new Float64Array(total);
  let at = 0;
  let [free, freeSum, waited, waitedSum, logSum, logSquares, squares] = [0, 0, 0, 0, 0, 0, 0];
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
      const log = Math.log(work);
      logSum += log;
      logSquares += log * log;
      squares += work * work;
      if (freedUs > thereUs) {
        waited++;
        waitedSum += work;
      } else {
        free++;
        freeSum += work;
      }
    }
  }
  const mean = (freeSum + waitedSum) / at;
  const variance = Math.max(0, squares / at - mean * mean);
  const mu = logSum / at;
  const sigma = Math.sqrt(Math.max(1e-12, logSquares / at - mu * mu));
  // Those out of order may have ended whenever: a flat density over the mean.
  const outOfOrder = (total - at) * (Math.log(OUT_OF_ORDER) - Math.log(mean));
  return {
    workUs: room.subarray(0, at),
    waited,
    gapUs: waited === 0 || free === 0 ? 0 : freeSum / free - waitedSum / waited,
    errorUs: waited === 0 || free === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(variance * (1 / free + 1 / waited)),
    logLikelihood:
      at < 2 ? Number.NEGATIVE_INFINITY : outOfOrder - at * (mu + Math.log(sigma) + 0.5 * Math.log(2 * Math.PI) + 0.5),
  };
}

/** Beyond this a shift would leave some messages no work at all. */
function lowQuantile(workUs: Float64Array): number {
  const sorted = workUs.slice().sort();
  return 0.9 * (sorted[Math.floor(sorted.length / 1_000)] ?? 0);
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
