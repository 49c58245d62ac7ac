/**
 * A share cascade: a Hawkes process, drawn as its family tree (Hawkes & Oakes 1974). Those who come by themselves are
 * Poisson over `from`–`to`; each arrival brings Poisson(n) more, each after a delay of the memory, and so on. What falls
 * past the day's end, and so all that would follow from it, falls away.
 *
 * With a total, families (a uniform first member and all who follow) are drawn one after another until the total is
 * reached, and the last family is cut in the order of its births. Families are independent and alike, so this is the
 * process itself, stopped; only the last family is not whole. No rate has to be guessed, nothing is thinned.
 */
import type { RandomStream } from '../../core/random.js';
import { type Arrivals, type Day, type PartOf, partError, spanWithin } from './arrival-model.js';
import { grown, poissonEpochs } from './order-statistics.js';
import { exponentialMemory, powerLawMemory, type ShareMemory } from './share-memory.js';

export function sharesArrivals(part: PartOf<'shares'>, day: Day): Arrivals {
  const { total, rate, branching } = part;
  if (total === undefined && rate === undefined) throw partError(part, 'needs a total or a rate');
  const span = spanWithin(part, day);
  const spanS = span.endS - span.startS;
  if (total !== undefined && spanS === 0) throw partError(part, 'its span lies outside the day');
  const memory =
    part.memory === 'power-law'
      ? powerLawMemory(branching, day.endS - span.startS)
      : exponentialMemory(branching, part.mean);
  // A span that ends is one that begins, less the same begun at its end.
  const meanBefore = (timeS: number) => {
    const untilS = Math.min(timeS, day.endS);
    return memory.growth(untilS - span.startS) - memory.growth(untilS - span.endS);
  };
  let scale = total === undefined ? rate : undefined;
  return {
    expected(fromS, toS) {
      // Only when asked: with a power law this solves the renewal equation, which a sample does not need.
      scale ??= total! / meanBefore(day.endS);
      return toS > fromS ? scale * (meanBefore(toS) - meanBefore(fromS)) : 0;
    },
    sample(random) {
      const firsts = total === undefined ? poissonEpochs(random, rate! * spanS) : undefined;
      const births = new Births(memory, branching, day, random, total ?? (firsts!.length / (1 - branching)) * 1.1);
      if (firsts !== undefined) {
        for (const epoch of firsts) births.add(span.startS + epoch / rate!);
        births.follow(0, Number.POSITIVE_INFINITY);
      } else {
        while (births.count < total!) {
          const first = births.count;
          births.add(span.startS + random.uniform() * spanS);
          births.follow(first, total!);
        }
      }
      return births.sorted();
    },
  };
}

/** Birth times in the order of generations. */
class Births {
  count = 0;
  #times: Float64Array;

  constructor(
    private readonly memory: ShareMemory,
    private readonly branching: number,
    private readonly day: Day,
    private readonly random: RandomStream,
    room: number,
  ) {
    this.#times = new Float64Array(Math.ceil(room) + 16);
  }

  add(timeS: number): void {
    if (timeS >= this.day.endS) return;
    if (this.count === this.#times.length) this.#times = grown(this.#times);
    this.#times[this.count++] = timeS;
  }

  /**
   * All who follow from the births from `first` on, up to `limit` in all. One Poisson process of rate n runs along the
   * births, one unit for each, those added on the way included: the points in a birth's unit are its Poisson(n) children.
   */
  follow(first: number, limit: number): void {
    if (this.branching === 0) return;
    let position = first + this.random.exponential() / this.branching;
    while (position < this.count && this.count < limit) {
      this.add(this.#times[Math.floor(position)]! + this.memory.delayS(this.random.uniform()));
      position += this.random.exponential() / this.branching;
    }
  }

  sorted(): Float64Array {
    return this.#times.slice(0, this.count).sort();
  }
}
