/** What a part sends, as weights: one intent; intents with their weights; or Zipf, the k-th of a list k^−s (THEORY.md §2). */
import { isZipf, type Sends } from '../scenario/traffic.js';

export interface IntentWeights {
  readonly intents: readonly string[];
  /** Positive, one for each intent, not normalised. */
  readonly weights: Float64Array;
}

export function intentWeights(sends: Sends): IntentWeights {
  if (typeof sends === 'string') return { intents: [sends], weights: Float64Array.of(1) };
  if (isZipf(sends)) {
    return { intents: sends.of, weights: Float64Array.from(sends.of, (_, i) => (i + 1) ** -sends.zipf) };
  }
  return { intents: Object.keys(sends), weights: Float64Array.from(Object.values(sends)) };
}
