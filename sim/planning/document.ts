/** `peakday.plan/1`: what a plan found, as written to plan.json and as shown. Infinite values are null. */
import type { Bill, Losses } from './bill.js';
import type { PromiseJudged } from './promise.js';
import type { StaffingRow, StaffingRules } from './staffing.js';
import type { TInterval } from './t-interval.js';
import type { Breaking } from './what-if.js';

/** The value each varied setting has. */
export type Choice = Readonly<Record<string, number | string>>;

export interface Tried {
  readonly choice: Choice;
  /** By the mean of the days, in its unfavourable end. */
  readonly kept: boolean;
  readonly replications: number;
  /** Of the replications: those that keep every promise, each taken by itself. */
  readonly daysKept: number;
  readonly promises: readonly PromiseJudged[];
  readonly utilisation: number;
  readonly occupancy: number | null;
  readonly staffYuan: number;
}

export interface SensitivityRow {
  readonly what: string;
  readonly kept: boolean;
  readonly promises: readonly PromiseJudged[];
  /** Against the plan, replication by replication; null: one of the two was "never". */
  readonly differences: readonly (TInterval | null)[];
}

export interface PlanDocument {
  readonly schema: 'peakday.plan/1';
  readonly scenario: { readonly name: string; readonly seed: number };
  readonly model: string | null;
  readonly promises: readonly string[];
  readonly varied: readonly {
    readonly name: string;
    readonly from: number | string;
    readonly to: number | string;
    readonly values: number;
  }[];
  readonly confidence: number;
  readonly status: 'found' | 'none' | 'interrupted';
  /** Null: no value in range keeps the promises, or it was stopped before one was found. */
  readonly found: Choice | null;
  /** What the search still had to find out when it was stopped; null: it came to its end. */
  readonly open: {
    /** The most that was tried below what was found and does not keep it; null: nothing less was tried. */
    readonly fails: Choice | null;
  } | null;
  /** In the order they were tried. */
  readonly tried: readonly Tried[];
  /** What is shown below is of this many days at the answer, or at the strongest that was tried; null: none was judged. */
  readonly shown: { readonly replications: number; readonly daysKept: number } | null;
  /** What to do when nothing was found. */
  readonly advice: readonly string[];
  readonly sensitivity: readonly SensitivityRow[];
  readonly breaking: Breaking | null;
  readonly bill: (Bill & Losses) | null;
  readonly shifts: {
    /** Days whose mean the messages are. */
    readonly days: number;
    readonly rules: StaffingRules;
    readonly rows: readonly StaffingRow[];
    readonly scheduledHours: number;
  } | null;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly replications: number;
}

export function writePlan(document: PlanDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
