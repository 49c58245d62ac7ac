/**
 * HdrHistogram in WebAssembly: microseconds up to a year (who waits for a person may wait for days), three significant digits (a percentile is at most 0.1 % too
 * high, never too low). A call into it costs some 25 ns, so that values are counted here first, those it cannot tell
 * apart together, and handed over when something is asked. Values out of range are clamped and counted, since the
 * WebAssembly would abort. Mean and maximum are kept beside it, exact.
 */
import hdr from 'hdr-histogram-js';
import { US_PER_MS } from '../../core/units.js';
import type { LatencySummary } from './measures.js';
import { rankOf } from './nearest-rank.js';

const HIGHEST_US = 366 * 86_400 * 1_000_000;
/** Up to here they are counted here first: all but the waits of hours. */
const HIGHEST_COUNTED_US = 2 ** 32 - 1;
/** Bits of a value that three significant digits need; what is below them in larger values cannot be told apart. */
const PRECISE_BITS = 11;
/** Of the values that share their highest bit. */
const PLACES = 2 ** (PRECISE_BITS - 1);

/** Await once a thread before the first `new Histogram()`. */
export async function initHistograms(): Promise<void> {
  await hdr.initWebAssembly();
}

export class Histogram {
  readonly #wasm = hdr.WasmHistogram.build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  });
  /** Values not handed over yet: those below 2^11 by themselves, then 2^10 places for each further bit. */
  readonly #counts = new Uint32Array((32 - PRECISE_BITS + 2) * PLACES);
  #counted = 0;
  #recorded = 0;
  #never = 0;
  #overflow = 0;
  #sumUs = 0;
  #maxUs = 0;

  /** Rounds to whole microseconds; below 0 counts as 0. */
  record(us: number): void {
    const value = Math.max(us, 0);
    if (value > HIGHEST_US) this.#overflow += 1;
    const whole = Math.round(Math.min(value, HIGHEST_US));
    if (whole > HIGHEST_COUNTED_US) {
      this.#wasm.recordValue(whole);
    } else {
      const shift = Math.max(0, 32 - PRECISE_BITS - Math.clz32(whole));
      this.#counts[shift * PLACES + (whole >>> shift)]!++;
      this.#counted += 1;
    }
    this.#recorded += 1;
    this.#sumUs += value;
    if (value > this.#maxUs) this.#maxUs = value;
  }

  /** One that never got there: it ranks above every number. */
  recordNever(): void {
    this.#never += 1;
  }

  /** Values above a year: in count, mean and maximum, but in the percentiles as a year. */
  get overflow(): number {
    return this.#overflow;
  }

  /**
   * Milliseconds; null when there is nothing, or when the rank falls among those that never got there. `further`: as
   * many more of these.
   */
  percentileMs(quantile: number, further = 0): number | null {
    const count = this.#recorded + this.#never + further;
    const rank = rankOf(quantile, count);
    if (count === 0 || rank > this.#recorded) return null;
    this.#handOver();
    // Half a rank back: whatever the rounding of the division inside, it lands on this rank.
    const us = this.#wasm.getValueAtPercentile(((rank - 0.5) / this.#recorded) * 100);
    return Math.min(us, this.#maxUs) / US_PER_MS;
  }

  /** `further`: as if so many more had never got there. */
  summary(further = 0): LatencySummary {
    const percentileMs = (quantile: number) => this.percentileMs(quantile, further);
    // Those that never got there have no number: the largest is one of them, and a mean of the others would flatter.
    const isNumber = this.#never + further === 0;
    return {
      count: this.#recorded + this.#never + further,
      never: this.#never + further,
      p50: percentileMs(0.5),
      p90: percentileMs(0.9),
      p95: percentileMs(0.95),
      p99: percentileMs(0.99),
      p999: percentileMs(0.999),
      max: isNumber ? this.#maxUs / US_PER_MS : null,
      mean: !isNumber ? null : this.#recorded === 0 ? 0 : this.#sumUs / this.#recorded / US_PER_MS,
    };
  }

  #handOver(): void {
    if (this.#counted === 0) return;
    for (let place = 0; place < this.#counts.length; place++) {
      if (this.#counts[place] === 0) continue;
      const shift = Math.max(0, Math.floor(place / PLACES) - 1);
      // Two factors, not a shift: it may have 32 bits.
      this.#wasm.recordValueWithCount((place - shift * PLACES) * 2 ** shift, this.#counts[place]!);
    }
    this.#counts.fill(0);
    this.#counted = 0;
  }

  /** Gives its memory back; the histogram cannot be used afterwards. */
  destroy(): void {
    this.#wasm.destroy();
  }
}
