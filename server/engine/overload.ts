/**
 * What a server can know about its own overload. Pure; microseconds and seconds stand in the names.
 *
 * A message is answered in time only if it is *done* by the deadline, so the work counts against it too. A queue that
 * is served in order and drops at the very deadline starts nearly everything just before it and finishes it just after:
 * under steady overload it answers almost nobody.
 */
import type { WorkQueueLimits } from './work-queue.js';

/** Where the work takes no time no queue is long. */
const QUEUE_WITHOUT_WORK = 10_000;
/** A queue of workers × deadline ÷ work answers its last message at the deadline, which is too late. */
const QUEUE_OF_DEADLINE = 0.8;
const QUEUE_MOST = 10_000_000;
/** Fuller than this, or too slow to answer in time: a balancer had better send messages elsewhere. */
const FULL_SHARE = 0.8;

/** How long a message may wait until its work is not worth starting: the mean work must still fit in, as far as it can. */
export function patienceUs(deadlineUs: number, meanWorkUs: number): number {
  return deadlineUs - Math.min(meanWorkUs, deadlineUs / 2);
}

/** The queue that can still be worked off in time: 0.8 × workers × deadline ÷ mean work time, at least 1. */
export function queueForDeadline(workers: number, deadlineS: number, meanWorkS: number): number {
  if (meanWorkS === 0) return QUEUE_WITHOUT_WORK;
  return Math.min(QUEUE_MOST, Math.max(1, Math.floor((QUEUE_OF_DEADLINE * workers * deadlineS) / meanWorkS)));
}

export interface QueueState {
  readonly working: number;
  readonly waiting: number;
  readonly limits: Required<WorkQueueLimits>;
}

/** How long a message that came now would wait for a worker, if work goes on taking `meanWorkUs`. */
export function expectedWaitUs({ working, waiting, limits }: QueueState, meanWorkUs: number): number {
  if (working < limits.workers) return 0;
  const ahead = limits.order === 'newest-first' ? 0 : waiting;
  return ((ahead + 1) * meanWorkUs) / limits.workers;
}

/** Whether it should be sent more: the queue is not over 80 % full, and who came now would be answered in time. */
export function isReady(state: QueueState, waitUs: number, deadlineUs: number): boolean {
  const { working, waiting, limits } = state;
  if (limits.capacity === 0) return working < limits.workers;
  return waiting <= FULL_SHARE * limits.capacity && waitUs <= deadlineUs;
}
