/** Which numbers of connections are tried, and when to stop before the last. */
import { errorShareOf, MAX_ERROR_SHARE, type Step } from './step.js';

export const defaultLadder: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const MAX_RUNGS = 64;
const MAX_CONNECTIONS = 10_000;

/** `1,2,4` -> numbers, each larger than the one before; undefined for anything else. */
export function parseLadder(text: string): readonly number[] | undefined {
  if (!/^\d+(,\d+)*$/.test(text.replace(/\s/g, ''))) return undefined;
  const rungs = text.split(',').map(Number);
  const rises = rungs.every((rung, place) => rung > (rungs[place - 1] ?? 0));
  return rises && rungs.length <= MAX_RUNGS && rungs.at(-1)! <= MAX_CONNECTIONS ? rungs : undefined;
}

/**
 * `top`: all steps were taken; `falling`: throughput fell twice running; `errors`: more than 1 % failed; `silent`: nothing
 * was answered; `interrupted`: by the user.
 */
export type StopReason = 'top' | 'falling' | 'errors' | 'silent' | 'interrupted';

/** Less than this is noise, not a fall. */
export const FALL_SHARE = 0.02;

/** Whether to stop after the last of these steps. */
export function whyStop(steps: readonly Step[]): Exclude<StopReason, 'top' | 'interrupted'> | undefined {
  const [before, previous, last] = [steps.at(-3), steps.at(-2), steps.at(-1)];
  if (last === undefined) return undefined;
  if (errorShareOf(last) > MAX_ERROR_SHARE) return 'errors';
  if (last.right === 0) return 'silent';
  if (before === undefined || previous === undefined) return undefined;
  return hasFallen(before, previous) && hasFallen(previous, last) ? 'falling' : undefined;
}

function hasFallen(from: Step, to: Step): boolean {
  return to.perSecond < from.perSecond * (1 - FALL_SHARE);
}
