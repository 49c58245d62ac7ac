/**
 * Times by the leading bits of their doubles: positive numbers in order have bits in order. A bucket is 1/64 of a
 * doubling wide, so that what is asked of a million times is asked of two thousand buckets first.
 */
const MANTISSA_BITS = 6;
/** The leading 32 bits of 1 and of 2^33 (microseconds: two hours and more), as far as they name a bucket. */
const FIRST = 0x3ff00000 >>> (20 - MANTISSA_BITS);
const LAST = 0x42000000 >>> (20 - MANTISSA_BITS);

/** Bucket 0 has all below 1 µs, the last one all from 2^33 on and never (Infinity). */
export const RANK_BUCKETS = LAST - FIRST + 2;

/** Where the leading half of a double stands. */
const LEADING = new Uint32Array(Float64Array.of(1).buffer)[1] === 0 ? 0 : 1;

/** Of a time by its place in the column: `bucketOf(leadingBits(timesUs)[2 * place])`. */
export function leadingBits(timesUs: Float64Array): Uint32Array {
  return new Uint32Array(timesUs.buffer, timesUs.byteOffset, timesUs.length * 2).subarray(LEADING);
}

/** What is below 0 is below 1, too; NaN is in the last. */
export function bucketOf(bits: number): number {
  const bucket = (bits >> (20 - MANTISSA_BITS)) - FIRST + 1;
  return bucket <= 0 ? 0 : bucket < RANK_BUCKETS ? bucket : RANK_BUCKETS - 1;
}

/** The smallest and the largest time of a bucket that is neither the first nor the last. */
export function bucketEdges(bucket: number): { readonly fromUs: number; readonly toUs: number } {
  const bits = new Uint32Array(2);
  const time = new Float64Array(bits.buffer);
  bits[LEADING] = (FIRST + bucket - 1) << (20 - MANTISSA_BITS);
  const fromUs = time[0]!;
  bits[LEADING] = ((FIRST + bucket) << (20 - MANTISSA_BITS)) - 1;
  bits[1 - LEADING] = 0xffffffff;
  return { fromUs, toUs: time[0]! };
}
