/** Ctrl-C for the whole of a command: before the load it leaves, during it it asks to stop, after it it waits for the report. */
import process from 'node:process';
import { monotonicClock } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';

const ONE_PRESS_US = 500_000;

export class Interruption {
  /** What the first signal does; until it is set, the first signal leaves. */
  onFirst: (() => void) | undefined;
  readonly #ifUnbegun: string;
  #signals = 0;
  #lastUs = Number.NEGATIVE_INFINITY;
  readonly #onSignal = () => {
    // `timeout` and some terminals send one Ctrl-C twice.
    const nowUs = monotonicClock.nowUs();
    if (nowUs - this.#lastUs < ONE_PRESS_US) return;
    this.#lastUs = nowUs;
    this.#signals++;
    if (this.#signals > 1 || this.onFirst === undefined) {
      const what = this.#signals > 1 ? 'left at once, without a report' : this.#ifUnbegun;
      process.stderr.write(`peakday: ${what}\n`);
      process.exit(ExitCode.interrupted);
    }
    this.onFirst();
  };

  /** `ifUnbegun`: what is said where the first signal leaves. */
  constructor(ifUnbegun = 'interrupted before anything was sent') {
    this.#ifUnbegun = ifUnbegun;
    process.on('SIGINT', this.#onSignal).on('SIGTERM', this.#onSignal);
  }

  get isAsked(): boolean {
    return this.#signals > 0;
  }

  end(): void {
    process.off('SIGINT', this.#onSignal).off('SIGTERM', this.#onSignal);
  }
}
