/** A histogram without labels for a prom-client registry. Theirs looks labels and bounds up by text for every value. */
import type { Histogram, Registry } from 'prom-client';

export class SecondsHistogram {
  readonly #bounds: readonly number[];
  /** Of values up to each bound, and above the one before it; the last above all. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** `bounds` rise. */
  constructor(name: string, help: string, bounds: readonly number[], registry: Registry) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
    // All that a registry asks of a metric.
    const metric = { name, get: async () => ({ name, help, type: 'histogram', values: this.#values(name) }) };
    registry.registerMetric(metric as unknown as Histogram);
  }

  observe(valueS: number): void {
    let at = 0;
    while (at < this.#bounds.length && valueS > this.#bounds[at]!) at += 1;
    this.#counts[at]! += 1;
    this.#sum += valueS;
  }

  #values(name: string) {
    let count = 0;
    const below = [...this.#bounds, '+Inf'].map((le, at) => {
      count += this.#counts[at]!;
      return { metricName: `${name}_bucket`, labels: { le }, value: count };
    });
    return [
      ...below,
      { metricName: `${name}_sum`, labels: {}, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
  }
}
