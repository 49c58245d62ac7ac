/**
 * How long it took. Three clocks a message: due, sent, done.
 *
 *   response = done − due       of every message sent; a dropped one counts as "never" and ranks above every number
 *   shown    = done − due       of those that were shown something or acknowledged: the same without the dropped
 *   service  = done − last sent of the same: what the last post took
 *   sendLag  = sent − due       the generator's own lateness; of every message posted but those the platform held back
 *
 *   firstPost, retried          the response once more, apart: of messages settled by their first post, and of those
 *                               that needed more; what was blocked and so never posted is in neither
 *
 * Messages sent are planned and reactive ones; unsent ones are in none of them. Percentiles are nearest rank.
 */
import type { Ledger } from '../ledger/row.js';
import { Histogram } from './histogram.js';
import type { Measures } from './measures.js';
import { droppedCode, hasLag, unsentCode } from './samples.js';

export interface LatencyMeasured {
  readonly latency: Measures['latency'];
  /** Values above the histogram's year. */
  readonly overflow: number;
}

export function measureLatency(ledger: Ledger): LatencyMeasured {
  const shown = new Histogram();
  const service = new Histogram();
  const sendLag = new Histogram();
  const firstPost = new Histogram();
  const retried = new Histogram();
  let dropped = 0;
  const { length, outcome: outcomeOf, attempts: attemptsOf, dueUs, sentUs, lastSentUs, doneUs } = ledger;
  for (let row = 0; row < length; row++) {
    const outcome = outcomeOf[row]!;
    if (outcome === unsentCode) continue;
    const attempts = attemptsOf[row]!;
    if (hasLag(ledger, row)) sendLag.record(sentUs[row]! - dueUs[row]!);
    if (outcome === droppedCode) {
      dropped += 1;
      if (attempts === 1) firstPost.recordNever();
      else if (attempts > 1) retried.recordNever();
      continue;
    }
    const responseUs = doneUs[row]! - dueUs[row]!;
    shown.record(responseUs);
    service.record(doneUs[row]! - lastSentUs[row]!);
    if (attempts === 1) firstPost.record(responseUs);
    else if (attempts > 1) retried.record(responseUs);
  }
  const latency = {
    response: shown.summary(dropped),
    shown: shown.summary(),
    service: service.summary(),
    sendLag: sendLag.summary(),
    firstPost: firstPost.summary(),
    retried: retried.summary(),
  };
  // Of the last two all values are in the first, which stands for response and shown.
  const overflow = 2 * shown.overflow + service.overflow + sendLag.overflow;
  for (const histogram of [shown, service, sendLag, firstPost, retried]) histogram.destroy();
  return { latency, overflow };
}
