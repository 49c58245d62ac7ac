/**
 * Ctrl-C for the whole of a command, SIGTERM and SIGHUP (the terminal has gone) alike: before the load it leaves, during it
 * it asks to stop, a second time to be quick about it, and only the third leaves without a report.
 */
import process from 'node:process';
import { monotonicClock } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';

const ONE_PRESS_US = 500_000;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interruption {
  /** What the first signal does; until it is set, the first signal leaves. */
  onFirst: ((signal: NodeJS.Signals) => void) | undefined;
  /** What the second does; until it is set, it leaves. */
  onSecond: (() => void) | undefined;
  readonly #ifUnbegun: string;
  #signals = 0;
  #lastUs = Number.NEGATIVE_INFINITY;
  readonly #onSignal = (signal: NodeJS.Signals) => {
    // `timeout` and some terminals send one Ctrl-C twice.
    const nowUs = monotonicClock.nowUs();
    if (nowUs - this.#lastUs < ONE_PRESS_US) return;
    this.#lastUs = nowUs;
    this.#signals++;
    const act = [this.onFirst, this.onSecond][this.#signals - 1];
    if (act === undefined) {
      const what = this.#signals > 1 ? 'left at once, without a report' : this.#ifUnbegun;
      process.stderr.write(`peakday: ${what}\n`);
      process.exit(ExitCode.interrupted);
    }
    act(signal);
  };

  /** `ifUnbegun`: what is said where the first signal leaves. */
  constructor(ifUnbegun = 'interrupted before anything was sent') {
    this.#ifUnbegun = ifUnbegun;
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  get isAsked(): boolean {
    return this.#signals > 0;
  }

  end(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
