/**
 * The platform's side of one message, as a state machine without I/O: post, wait for the deadline, cut, post again with
 * the same id, settle exactly once (WECHAT §4). `run` drives it from sockets and the clock, `virtual` from an event queue.
 *
 *             due                     answer that settles
 *   waiting ------> posted(attempt) ----------------------> settled <--- acknowledged (later reply, or given up)
 *                     |      ^                                 ^
 *    deadline, reset, |      | gap over                        | attempts used up
 *    refused, status  +----> gap ------------------------------+
 */
import { unreachable } from '../../core/problem.js';
import type { DropCause, Outcome, PostFailure } from './end.js';

export interface DeliveryPolicy {
  /** Posts in all. */
  readonly attempts: number;
  readonly deadlineUs: number;
  /** Between a failed post and the next: after the first post gapsUs[0], and so on; the last one repeats. Not empty. */
  readonly gapsUs: readonly number[];
  readonly retryOnStatus: boolean;
  readonly retryOnMalformed: boolean;
  /** Whether an acknowledgement may be followed by a reply through the platform's API. */
  readonly awaitsLaterReply: boolean;
}

/** What came back for a post, already read and checked by the channel: delivery knows nothing of formats. */
export type Answer =
  | { readonly type: 'reply'; readonly check: 'right' | 'wrong' | 'misaddressed' }
  | { readonly type: 'acknowledged' }
  | { readonly type: 'malformed' }
  | { readonly type: 'status' };

export type DeliveryEvent =
  | { readonly type: 'due' }
  | { readonly type: 'answer'; readonly attempt: number; readonly answer: Answer }
  | { readonly type: 'failed'; readonly attempt: number; readonly cause: 'refused' | 'reset' }
  | { readonly type: 'deadline'; readonly attempt: number }
  | { readonly type: 'gapOver' }
  /** A reply through the platform's API. */
  | { readonly type: 'later'; readonly check: 'right' | 'wrong' }
  /** The later reply did not come. */
  | { readonly type: 'giveUp' }
  /** Newer messages took its place in the platform's inbox, where people would have answered it. */
  | { readonly type: 'evicted' };

/**
 * What the driver has to do next. `post`: send attempt number `attempt` and watch its deadline. `cut` comes before it
 * where a post is still open. `await`: a later reply may come; call with `giveUp` when it has not. `wait`: come back with `gapOver` after the policy's gap. `ignore`: the event was for a
 * post that is over.
 */
export type Effect = 'await' | 'post' | 'cutThenPost' | 'wait' | 'cutThenWait' | 'settle' | 'cutThenSettle' | 'ignore';

export interface Delivery {
  phase: 'waiting' | 'posted' | 'gap' | 'acknowledged' | 'settled';
  /** Posts made. */
  attempt: number;
  readonly acknowledgeOnly: boolean;
  /** Set once, on settling. Whether an answer was late is for the ledger: it knows when the message was due. */
  outcome: Exclude<Outcome, 'late' | 'unsent'> | undefined;
  cause: DropCause | undefined;
}

export function newDelivery(acknowledgeOnly: boolean): Delivery {
  return { phase: 'waiting', attempt: 0, acknowledgeOnly, outcome: undefined, cause: undefined };
}

/** Moves one message on. Changes `delivery` only; every message settles exactly once, whatever comes in whatever order. */
export function deliver(delivery: Delivery, event: DeliveryEvent, policy: DeliveryPolicy): Effect {
  switch (event.type) {
    case 'due':
      return delivery.phase === 'waiting' ? post(delivery) : 'ignore';
    case 'gapOver':
      return delivery.phase === 'gap' ? post(delivery) : 'ignore';
    case 'deadline':
      return isOpen(delivery, event.attempt) ? fail(delivery, 'timeout', policy, true) : 'ignore';
    case 'failed':
      return isOpen(delivery, event.attempt) ? fail(delivery, event.cause, policy, false) : 'ignore';
    case 'answer':
      return deliverAnswer(delivery, event.attempt, event.answer, policy);
    case 'later':
      if (delivery.phase === 'waiting' || delivery.phase === 'settled' || delivery.acknowledgeOnly) return 'ignore';
      return settle(delivery, event.check === 'right' ? 'answered' : 'wrong');
    case 'giveUp':
      return delivery.phase === 'acknowledged' ? drop(delivery, 'unanswered') : 'ignore';
    case 'evicted':
      return delivery.phase === 'acknowledged' ? drop(delivery, 'evicted') : 'ignore';
    default:
      return unreachable(event);
  }
}

/** The event that every message meets, without an object for it. */
export function deliverAnswer(delivery: Delivery, attempt: number, answer: Answer, policy: DeliveryPolicy): Effect {
  return isOpen(delivery, attempt) ? take(delivery, answer, policy) : 'ignore';
}

function isOpen(delivery: Delivery, attempt: number): boolean {
  return delivery.phase === 'posted' && delivery.attempt === attempt;
}

function take(delivery: Delivery, answer: Answer, policy: DeliveryPolicy): Effect {
  switch (answer.type) {
    case 'reply':
      // An event that expects no reply and gets one shows the fan something nobody meant.
      if (answer.check === 'right') return settle(delivery, delivery.acknowledgeOnly ? 'wrong' : 'answered');
      return settle(delivery, answer.check);
    case 'acknowledged':
      if (delivery.acknowledgeOnly) return settle(delivery, 'answered');
      if (!policy.awaitsLaterReply) return drop(delivery, 'unanswered');
      delivery.phase = 'acknowledged';
      return 'await';
    case 'malformed':
      return policy.retryOnMalformed ? fail(delivery, 'malformed', policy, false) : drop(delivery, 'malformed');
    case 'status':
      return policy.retryOnStatus ? fail(delivery, 'status', policy, false) : drop(delivery, 'status');
    default:
      return unreachable(answer);
  }
}

/** One post came to nothing: the next, or the end. The last post's cause is the message's. */
function fail(delivery: Delivery, cause: DropCause, policy: DeliveryPolicy, isConnectionOpen: boolean): Effect {
  if (delivery.attempt >= policy.attempts) {
    drop(delivery, cause);
    return isConnectionOpen ? 'cutThenSettle' : 'settle';
  }
  if (gapAfter(delivery.attempt, policy) > 0) {
    delivery.phase = 'gap';
    return isConnectionOpen ? 'cutThenWait' : 'wait';
  }
  post(delivery);
  return isConnectionOpen ? 'cutThenPost' : 'post';
}

/** How the post failed that an event tells of; undefined: it did not. */
export function failureOf(event: DeliveryEvent): PostFailure | undefined {
  if (event.type === 'deadline') return 'timeout';
  if (event.type === 'failed') return event.cause;
  return event.type === 'answer' ? failureOfAnswer(event.answer) : undefined;
}

export function failureOfAnswer({ type }: Answer): PostFailure | undefined {
  return type === 'status' || type === 'malformed' ? type : undefined;
}

/** Microseconds between post number `attempt` and the next. */
export function gapAfter(attempt: number, { gapsUs }: DeliveryPolicy): number {
  return gapsUs[Math.min(attempt, gapsUs.length) - 1] ?? 0;
}

function post(delivery: Delivery): 'post' {
  delivery.phase = 'posted';
  delivery.attempt++;
  return 'post';
}

function drop(delivery: Delivery, cause: DropCause): 'settle' {
  delivery.cause = cause;
  return settle(delivery, 'dropped');
}

function settle(delivery: Delivery, outcome: Exclude<Outcome, 'late' | 'unsent'>): 'settle' {
  delivery.phase = 'settled';
  delivery.outcome = outcome;
  return 'settle';
}
