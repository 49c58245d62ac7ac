/**
 * The plan's columns in shared memory: 20 bytes a message. All threads read the same bytes; nobody writes after the
 * digest is taken.
 */
import { createHash } from 'node:crypto';

export const PLAN_BYTES_PER_MESSAGE = 8 + 4 + 4 + 2 + 1 + 1;

export interface PlanColumns {
  readonly length: number;
  readonly buffer: SharedArrayBuffer;
  /** Microseconds of scenario time since midnight of the first day; ascending. */
  readonly dueUs: Float64Array;
  readonly fan: Uint32Array;
  /** Seed of what is drawn for this message alone. */
  readonly seed: Uint32Array;
  /** Index into the plan's wordings; says the intent, too. */
  readonly template: Uint16Array;
  /** Index into `sentKinds`. */
  readonly kind: Uint8Array;
  /** Index into the scenario's traffic. */
  readonly part: Uint8Array;
}

/** Columns for `length` messages, in new shared memory or as views of what another thread made. */
export function planColumns(
  length: number,
  buffer = new SharedArrayBuffer(length * PLAN_BYTES_PER_MESSAGE),
): PlanColumns {
  return {
    length,
    buffer,
    dueUs: new Float64Array(buffer, 0, length),
    fan: new Uint32Array(buffer, length * 8, length),
    seed: new Uint32Array(buffer, length * 12, length),
    template: new Uint16Array(buffer, length * 16, length),
    kind: new Uint8Array(buffer, length * 18, length),
    part: new Uint8Array(buffer, length * 19, length),
  };
}

/** Rows [from, to) as columns of their own. */
export function slicePlan(columns: PlanColumns, from: number, to: number): PlanColumns {
  const slice = planColumns(to - from);
  slice.dueUs.set(columns.dueUs.subarray(from, to));
  slice.fan.set(columns.fan.subarray(from, to));
  slice.seed.set(columns.seed.subarray(from, to));
  slice.template.set(columns.template.subarray(from, to));
  slice.kind.set(columns.kind.subarray(from, to));
  slice.part.set(columns.part.subarray(from, to));
  return slice;
}

/** SHA-256 of all bytes, in hex: two plans are the same if and only if their digests are. */
export function digestPlan(columns: PlanColumns): string {
  return createHash('sha256')
    .update(`peakday.plan/1 ${columns.length}\n`)
    .update(new Uint8Array(columns.buffer))
    .digest('hex');
}
