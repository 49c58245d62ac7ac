/**
 * How long it took. Three clocks a message: due, sent, done.
 *
 *   response = done − due       of every message sent; a dropped one counts as "never" and ranks above every number
 *   shown    = done − due       of those that were shown something or acknowledged: the same without the dropped
 *   service  = done − last sent of the same: what the last post took
 *   sendLag  = sent − due       of every message sent: the generator's own lateness
 *
 * Messages sent are planned and reactive ones; unsent ones are in none of the four. Percentiles are nearest rank.
 */
import type { Ledger } from '../ledger/row.js';
import { Histogram } from './histogram.js';
import type { Measures } from './measures.js';
import { droppedCode, unsentCode } from './samples.js';

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
  for (let row = 0; row < ledger.length; row++) {
    const outcome = ledger.outcome[row]!;
    if (outcome === unsentCode) continue;
    const dueUs = ledger.dueUs[row]!;
    const doneUs = ledger.doneUs[row]!;
    sendLag.record(ledger.sentUs[row]! - dueUs);
    if (outcome === droppedCode) {
      response.recordNever();
      continue;
    }
    response.record(doneUs - dueUs);
    shown.record(doneUs - dueUs);
    service.record(doneUs - ledger.lastSentUs[row]!);
  }
  const histograms = [response, shown, service, sendLag];
  const latency = {
    response: response.summary(),
    shown: shown.summary(),
    service: service.summary(),
    sendLag: sendLag.summary(),
  };
  const overflow = histograms.reduce((sum, histogram) => sum + histogram.overflow, 0);
  for (const histogram of histograms) histogram.destroy();
  return { latency, overflow };
}
