/** Plays the scenario's hooks at their moments and tells how each ended. */
import { type Cancel, monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import { type Hook, hookName } from '../scenario/hook.js';
import type { Scenario } from '../scenario/schema.js';
import type { HookAttempt, HookOutcome } from './hook-attempt.js';
import { callAddress } from './hook-call.js';
import { runCommand } from './hook-command.js';
import { atInstant } from './moment-timer.js';

/** Times are seconds since the start of the run. */
export interface HookResult extends HookOutcome {
  readonly name: string;
  /** When it was to start. */
  readonly atS: number;
  readonly startedS: number;
  readonly endedS: number;
}

export interface HookScript {
  readonly scenario: Pick<Scenario, 'hooks' | 'speed'>;
  /** The part of the day that is played, seconds since midnight. */
  readonly startDayS: number;
  readonly endDayS: number;
  /** The start of the run on the monotonic clock. */
  readonly startUs: number;
  /** Called once for each hook that was started. */
  readonly onResult: (result: HookResult) => void;
}

/**
 * Starts watching the clock. The function returned calls off what has not begun, and ends what is under way: its
 * result, `interrupted`, is given before the function returns.
 */
export function playHooks({ scenario, startDayS, endDayS, startUs, onResult }: HookScript): Cancel {
  const runS = () => (monotonicClock.nowUs() - startUs) / US_PER_S;
  const running = new Map<HookAttempt, (outcome: HookOutcome) => void>();
  // One timer each would not keep the order of hooks that stand close together. The sort keeps the order of equals.
  const due = scenario.hooks.filter(({ at }) => at >= startDayS && at < endDayS).sort((a, b) => a.at - b.at);
  const runSOf = ({ at }: Hook) => (at - startDayS) / scenario.speed;
  const start = (hook: Hook) => {
    const startedS = runS();
    const attempt = attemptOf(hook);
    const finish = (outcome: HookOutcome) => {
      if (running.delete(attempt))
        onResult({ name: hookName(hook), atS: runSOf(hook), startedS, endedS: runS(), ...outcome });
    };
    running.set(attempt, finish);
    void attempt.finished.then(finish);
  };
  let cancel: Cancel = () => {};
  const watch = (place: number): void => {
    const next = due[place];
    if (next === undefined) return;
    cancel = atInstant(startUs + runSOf(next) * US_PER_S, monotonicClock, () => {
      let end = place;
      while (due[end]?.at === next.at) start(due[end++]!);
      watch(end);
    });
  };
  watch(0);
  return () => {
    cancel();
    for (const [attempt, finish] of running) finish({ ok: false, exit: 'interrupted', output: attempt.kill() });
  };
}

function attemptOf({ run, call, timeout }: Hook): HookAttempt {
  if (run !== undefined) return runCommand(run, timeout);
  if (call !== undefined) return callAddress(call, timeout);
  throw new Error('a hook without run and call');
}
