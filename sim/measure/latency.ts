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
  /** Values above the histogram's hour. */
  readonly overflow: number;
}

export function measureLatency(ledger: Ledger): LatencyMeasured {
  const response = new Histogram();
  const shown = new Histogram();
  const service = new Histogram();
  const sendLag = new Histogram();
  const firstPost = new Histogram();
  const retried = new Histogram();
  for (let row = 0; row < ledger.length; row++) {
    const outcome = ledger.outcome[row]!;
    if (outcome === unsentCode) continue;
    const dueUs = ledger.dueUs[row]!;
    const doneUs = ledger.doneUs[row]!;
    const attempts = ledger.attempts[row]!;
    const byPosts = attempts === 0 ? undefined : attempts === 1 ? firstPost : retried;
    if (hasLag(ledger, row)) sendLag.record(ledger.sentUs[row]! - dueUs);
    if (outcome === droppedCode) {
      response.recordNever();
      byPosts?.recordNever();
      continue;
    }
    response.record(doneUs - dueUs);
    byPosts?.record(doneUs - dueUs);
    shown.record(doneUs - dueUs);
    service.record(doneUs - ledger.lastSentUs[row]!);
  }
  const latency = {
    response: response.summary(),
    shown: shown.summary(),
    service: service.summary(),
    sendLag: sendLag.summary(),
    firstPost: firstPost.summary(),
    retried: retried.summary(),
  };
  // Of the last two all values are in the first.
  const overflow = [response, shown, service, sendLag].reduce((sum, histogram) => sum + histogram.overflow, 0);
  for (const histogram of [response, shown, service, sendLag, firstPost, retried]) histogram.destroy();
  return { latency, overflow };
}
