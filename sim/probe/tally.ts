/** Counts a step: only what ends between `open` and `close`, and the probe's own load in between. */
import { createHistogram, type EventLoopUtilization, performance } from 'node:perf_hooks';
import { cpuUsage } from 'node:process';
import type { Clock } from '../../core/clock.js';
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import { type FailureKind, failureKinds, type Step } from './step.js';

/** An hour: far beyond any deadline. */
const LONGEST_US = 3_600_000_000;

export class Tally {
  readonly #clock: Clock;
  /** Microseconds, of right answers: autocannon's own histogram has whole milliseconds, and the warm-up in it. */
  readonly #latencyUs = createHistogram({ lowest: 1, highest: LONGEST_US, figures: 3 });
  readonly #failures = Object.fromEntries(failureKinds.map((kind) => [kind, 0])) as Record<FailureKind, number>;
  #right = 0;
  #answers = 0;
  #residenceUs = 0;
  #isOpen = false;
  #openedUs = 0;
  #windowUs = 0;
  #cpu: NodeJS.CpuUsage = { user: 0, system: 0 };
  #loop: EventLoopUtilization | undefined;
  #cpuUs = 0;
  #loopShare = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(): void {
    this.#isOpen = true;
    this.#openedUs = this.#clock.nowUs();
    this.#cpu = cpuUsage();
    this.#loop = performance.eventLoopUtilization();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#windowUs = this.#clock.nowUs() - this.#openedUs;
    const { user, system } = cpuUsage(this.#cpu);
    this.#cpuUs = user + system;
    this.#loopShare = performance.eventLoopUtilization(this.#loop).utilization;
  }

  /** An answer came after `tookUs`; `failure` says what was wrong with it, if anything. */
  answered(tookUs: number, failure: FailureKind | undefined): void {
    if (!this.#isOpen) return;
    this.#answers++;
    this.#residenceUs += tookUs;
    if (failure !== undefined) {
      this.#failures[failure]++;
      return;
    }
    this.#right++;
    this.#latencyUs.record(Math.min(LONGEST_US, Math.max(1, Math.round(tookUs))));
  }

  /** No answer came. */
  lost(failure: FailureKind): void {
    if (this.#isOpen) this.#failures[failure]++;
  }

  step(connections: number): Step {
    const windowUs = Math.max(1, this.#windowUs);
    const latency = this.#latencyUs;
    return {
      connections,
      windowS: windowUs / US_PER_S,
      right: this.#right,
      failures: { ...this.#failures },
      perSecond: (this.#right / windowUs) * US_PER_S,
      latencyMs:
        this.#right === 0
          ? null
          : {
              mean: latency.mean / US_PER_MS,
              p50: latency.percentile(50) / US_PER_MS,
              p99: latency.percentile(99) / US_PER_MS,
              max: latency.max / US_PER_MS,
            },
      // X·R = (answers / window) · (residence / answers).
      littleRatio: this.#answers === 0 ? null : this.#residenceUs / windowUs / connections,
      cpuShare: this.#cpuUs / windowUs,
      loopShare: this.#loopShare,
    };
  }
}
