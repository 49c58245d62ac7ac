/** Ranges are given from the cheap end to the strong end; one that is the wrong way round would mislead the search. */
import type { Scenario } from '../scenario/schema.js';
import { variantOf } from '../scenario/variant.js';
import { billOf } from './bill.js';
import { playedSpan } from './played-span.js';
import type { Point } from './solve.js';
import type { Variation } from './variation.js';

/** Undefined: its end costs at least what its start costs, or one of them does not fit the scenario. */
export function strongFirst(scenario: Scenario, variation: Variation): string | undefined {
  return dearer(scenario, variation) < 0 ? turnedMessage(variation.turned) : undefined;
}

/** What the end of a range costs more than its start; 0 where one of them does not fit the scenario. */
function dearer(scenario: Scenario, { name, values }: Variation): number {
  const [first, last] = [values[0]!, values.at(-1)!].map((value) => variantOf(scenario, [{ name, value }]).scenario);
  if (first === undefined || last === undefined) return 0;
  const paid = { ...playedSpan(scenario, undefined), shrinkage: 0 };
  return billOf(last, paid).staffYuan - billOf(first, paid).staffYuan;
}

/**
 * What has no price shows its direction only where it is tried: the strongest point, with one range at its first value.
 * What has a price is the right way round: where less of it does more, that is what is found.
 */
export async function turnedRange(
  scenario: Scenario,
  variations: readonly Variation[],
  strongest: Point,
  keeps: (point: Point) => Promise<boolean>,
): Promise<string | undefined> {
  for (const [dimension, variation] of variations.entries()) {
    const { name, values, turned } = variation;
    if (values.length < 2 || dearer(scenario, variation) > 0) continue;
    const point = strongest.map((index, place) => (place === dimension ? 0 : index));
    if (await keeps(point)) return `--vary ${name} ${turnedMessage(turned)}`;
  }
  return undefined;
}

function turnedMessage(turned: string): string {
  return `is given strong end first, and a range goes from the cheap end to the strong end: write ${turned}`;
}
