/** What one step of the probe saw: so many connections, each sending its next message when the last is answered. */

/**
 * Everything but the right answer. `acknowledged`: an empty `success` where a reply is expected; `broken`: the connection
 * ended without an answer; `timeout`: none within the platform's deadline.
 */
export const failureKinds = [
  'wrong',
  'misaddressed',
  'acknowledged',
  'malformed',
  'status',
  'broken',
  'timeout',
] as const;
export type FailureKind = (typeof failureKinds)[number];

export interface Step {
  /** N: connections, and messages under way. */
  readonly connections: number;
  /** Seconds that counted; the warm-up before them did not. */
  readonly windowS: number;
  /** Right answers. */
  readonly right: number;
  readonly failures: Readonly<Record<FailureKind, number>>;
  /** X: right answers a second. */
  readonly perSecond: number;
  /** Of the right answers, from the request's writing to the answer's last byte; null where there was none. */
  readonly latencyMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  } | null;
  /**
   * X·R ÷ N over all answers. Little's law says 1: below it the connections stood idle in the probe, or the answers take
   * so long that the window cuts through them. Null without answers.
   */
  readonly littleRatio: number | null;
  /** The probe's own: CPU time ÷ wall time of its process (its other threads included, so it can exceed 1). */
  readonly cpuShare: number;
  /** The probe's own: share of the window in which its event loop was not waiting. */
  readonly loopShare: number;
}

/** More than this share of failures and a step says nothing about what the target carries. */
export const MAX_ERROR_SHARE = 0.01;

export function failuresOf({ failures }: Pick<Step, 'failures'>): number {
  return failureKinds.reduce((sum, kind) => sum + failures[kind], 0);
}

/** 0 to 1; 0 for a step without any answer or failure. */
export function errorShareOf(step: Pick<Step, 'right' | 'failures'>): number {
  const failures = failuresOf(step);
  return failures === 0 ? 0 : failures / (failures + step.right);
}

/** Whether a step can stand for what the target carries. */
export function isSustained(step: Step): boolean {
  return step.right > 0 && errorShareOf(step) <= MAX_ERROR_SHARE;
}

/** 0 to 1: the greater of the two measures of the probe's own load. */
export function busyShareOf({ cpuShare, loopShare }: Pick<Step, 'cpuShare' | 'loopShare'>): number {
  return Math.min(1, Math.max(cpuShare, loopShare));
}
