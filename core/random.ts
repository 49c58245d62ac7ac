/**
 * Seeded random streams. A stream is named: its state comes from the seed and its name alone, so that a new draw in one
 * place moves nothing elsewhere. Generator: xoroshiro128+ (pure-rand); state: the first 16 bytes of SHA-256(seed, name).
 */
import { createHash } from 'node:crypto';
import { randomGamma, randomPoisson } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomStream {
  /** Uniform in [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** exp(N(ln median, sigma)). */
  logNormal(median: number, sigma: number): number;
  normal(mean: number, deviation: number): number;
  gamma(shape: number, scale: number): number;
  poisson(mean: number): number;
}

/** The stream called `name` (all parts count) of `seed`. Equal arguments give equal streams on every machine. */
export function randomStream(seed: number, ...name: readonly (string | number)[]): RandomStream {
  const digest = createHash('sha256')
    .update(`${seed}\u0000${name.join('\u0000')}`)
    .digest();
  const words = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(words as [number, number, number, number]);
  const uniform = () => uniformFloat64(generator);
  const exponential = () => -Math.log1p(-uniform());
  const standardNormal = polarNormal(uniform);
  const gammaOf = randomGamma.source(uniform);
  const poissonOf = randomPoisson.source(uniform);
  return {
    uniform,
    below: (bound) => Math.floor(uniform() * bound),
    uint32: () => generator.next() >>> 0,
    exponential,
    logNormal: (median, sigma) => median * Math.exp(sigma * standardNormal()),
    normal: (mean, deviation) => mean + deviation * standardNormal(),
    gamma: (shape, scale) => gammaOf(shape, scale)(),
    poisson: (mean) => poissonOf(mean)(),
  };
}

/**
 * Standard normal by the polar method (Marsaglia and Bray 1964), draw for draw that of d3-random, which keeps its second
 * value in a closure: a box for each number, and the most garbage of a simulated day.
 */
function polarNormal(uniform: () => number): () => number {
  const spare = new Float64Array([Number.NaN]);
  return () => {
    const kept = spare[0]!;
    if (!Number.isNaN(kept)) {
      spare[0] = Number.NaN;
      return kept;
    }
    for (;;) {
      const x = uniform() * 2 - 1;
      const y = uniform() * 2 - 1;
      const square = x * x + y * y;
      if (square === 0 || square > 1) continue;
      const stretch = Math.sqrt((-2 * Math.log(square)) / square);
      spare[0] = x * stretch;
      return y * stretch;
    }
  };
}

/**
 * A well-mixed 32-bit hash of two integers (murmur3 finaliser): the cheap stand-in for a stream where one draw per
 * message or fan is wanted on the hot path.
 */
export function mix32(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
