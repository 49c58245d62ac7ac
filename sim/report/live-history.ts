/** Turns the run's counts, looked at four times a second, into what the live view shows: rates and their history. */

import type { RunClock } from '../measure/marks.js';
import type { Mark } from '../measure/measures.js';
import type { Progress } from '../run/play.js';
import type { LiveState } from './live.js';

/** Rates are over so long a time; a step of the history is as long. */
const STEP_S = 1;
const HISTORY_STEPS = 120;

interface Step {
  readonly elapsedS: number;
  readonly due: number;
  readonly sent: number;
  readonly settled: number;
}

export class LiveHistory {
  readonly #scenario: string;
  readonly #clock: RunClock;
  readonly #faults: readonly Mark[];
  readonly #planned: number[] = [];
  readonly #sent: number[] = [];
  #from: Step = { elapsedS: 0, due: 0, sent: 0, settled: 0 };
  #rates = { plannedPerS: 0, sentPerS: 0, donePerS: 0 };

  constructor(scenario: string, clock: RunClock, marks: readonly Mark[]) {
    this.#scenario = scenario;
    this.#clock = clock;
    this.#faults = marks.filter(({ type }) => type === 'fault');
  }

  /** Call at every look. */
  add({ elapsedS, due, sent, settled }: Progress): void {
    const overS = elapsedS - this.#from.elapsedS;
    if (overS < STEP_S) return;
    this.#rates = {
      plannedPerS: (due - this.#from.due) / overS,
      sentPerS: (sent - this.#from.sent) / overS,
      donePerS: (settled - this.#from.settled) / overS,
    };
    this.#planned.push(this.#rates.plannedPerS);
    this.#sent.push(this.#rates.sentPerS);
    if (this.#planned.length > HISTORY_STEPS) {
      this.#planned.shift();
      this.#sent.shift();
    }
    this.#from = { elapsedS, due, sent, settled };
  }

  state(progress: Progress): LiveState {
    const { elapsedS } = progress;
    return {
      scenario: this.#scenario,
      elapsedS,
      durationS: progress.plannedS,
      startDayS: this.#clock.startDayS,
      speed: this.#clock.speed,
      ...this.#rates,
      plannedHistory: this.#planned,
      sentHistory: this.#sent,
      outcomes: progress.outcomes,
      inFlight: progress.inFlight,
      backlog: Math.max(0, progress.begun - progress.settled),
      responseMsP50: progress.recentMs(0.5),
      responseMsP99: progress.recentMs(0.99),
      sendLagMsP99: progress.recentLagMs(0.99),
      faults: this.#faults.filter(({ startS, endS }) => elapsedS >= startS && elapsedS < endS).map(({ name }) => name),
    };
  }
}
