/** A mean is of the messages that have an answer: a server that drops more has a better one, and the search would find it. */
import { formatShare } from '../../core/units.js';
import type { DayJudged } from './judge.js';
import type { DayPromise } from './promise.js';

export function meanWarnings(promises: readonly DayPromise[], day: DayJudged | undefined): string[] {
  const share = day === undefined ? 0 : day.dropped.mean / day.messages.mean;
  // No messages: no share.
  if (!(share >= LEAST_SHARE)) return [];
  return promises
    .filter(({ threshold: { metric } }) => metric.type === 'latency' && metric.statistic === 'mean')
    .map(
      ({ expression }) =>
        `"${expression}" leaves out what was never answered, and that was ${formatShare(Number(share.toPrecision(3)))} of all messages: a mean gets better the more are dropped. Promise "answered within 5s >= 99%" or "p95(response) < 5s" beside it`,
    );
}

/** Dropped messages of all: fewer hardly move a mean. */
const LEAST_SHARE = 0.001;
