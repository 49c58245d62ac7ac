/**
 * Where a target did not recover from an event: was it the posts made again that kept it down? Seen from outside only.
 *
 *   span      from the event's end until the last message was due (interrupted: until it stopped sending)
 *   proven    the most messages answered right within one second of the run
 *   storm     the span's messages alone came at most 1.2 times as fast as proven, their posts faster than that and than
 *             1.5 posts a message, and most of what was dropped had timed out (what is refused or answered with 503
 *             costs the target next to nothing). At least 20 messages
 *
 * The theory: section 4, Retry storm.
 */
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { Recovery, RetryStorm } from './measures.js';
import { droppedCode, type Samples, unsentCode } from './samples.js';

const MESSAGES_LEAST = 20;
const PROVEN_FACTOR = 1.2;
const AMPLIFICATION_LEAST = 1.5;

const timeoutCode = causes.indexOf('timeout');
const answeredCode = outcomes.indexOf('answered');
const lateCode = outcomes.indexOf('late');

/** undefined: it recovered, or it was something else that kept it down. */
export function findRetryStorm(ledger: Ledger, samples: Samples, recovery: Recovery): RetryStorm | undefined {
  if (recovery.tookS !== null) return undefined;
  let lastDueUs = 0;
  for (let i = 0; i < samples.length; i++) lastDueUs = Math.max(lastDueUs, samples.dueUs[i]!);
  const toUs = Math.min(lastDueUs, samples.stoppedUs);
  const span = tally(ledger, recovery.endS * US_PER_S, toUs);
  if (span.messages < MESSAGES_LEAST) return undefined;
  const before = tally(ledger, 0, recovery.startS * US_PER_S);
  const spanS = toUs / US_PER_S - recovery.endS;
  const storm: RetryStorm = {
    toS: toUs / US_PER_S,
    messagesPerSecond: span.messages / spanS,
    postsPerSecond: span.posts / spanS,
    amplification: span.posts / span.messages,
    amplificationBefore: before.messages === 0 ? null : before.posts / before.messages,
    provenPerSecond: mostAnsweredPerSecond(ledger, samples),
    droppedShare: span.dropped / span.messages,
  };
  const fastest = PROVEN_FACTOR * storm.provenPerSecond;
  const isStorm =
    storm.messagesPerSecond <= fastest &&
    storm.postsPerSecond > fastest &&
    storm.amplification >= AMPLIFICATION_LEAST &&
    span.timedOut * 2 > span.dropped;
  return isStorm ? storm : undefined;
}

interface Tally {
  readonly messages: number;
  readonly posts: number;
  readonly dropped: number;
  readonly timedOut: number;
}

/** Of the messages sent that were due in [fromUs, toUs]. */
function tally(ledger: Ledger, fromUs: number, toUs: number): Tally {
  let [messages, posts, dropped, timedOut] = [0, 0, 0, 0];
  for (let row = 0; row < ledger.length; row++) {
    const dueUs = ledger.dueUs[row]!;
    if (dueUs < fromUs || dueUs > toUs || ledger.outcome[row] === unsentCode) continue;
    messages += 1;
    posts += ledger.attempts[row]!;
    if (ledger.outcome[row] !== droppedCode) continue;
    dropped += 1;
    if (ledger.cause[row] === timeoutCode) timedOut += 1;
  }
  return { messages, posts, dropped, timedOut };
}

function mostAnsweredPerSecond({ length, outcome, doneUs }: Ledger, { durationUs }: Samples): number {
  const seconds = new Float64Array(Math.floor(durationUs / US_PER_S) + 1);
  for (let row = 0; row < length; row++) {
    if (outcome[row] !== answeredCode && outcome[row] !== lateCode) continue;
    const second = Math.floor(doneUs[row]! / US_PER_S);
    seconds[second] = seconds[second]! + 1;
  }
  return seconds.reduce((most, count) => Math.max(most, count), 0);
}
