/** What a gate came to: part of summary.json, shown by every report. */
export interface GateResult {
  readonly name: string;
  readonly expression: string;
  /** What was measured, in the expression's unit (seconds, 0..1, plain); null: never, or nothing to measure. */
  readonly value: number | null;
  /** The same of the planned messages alone, where more than 1 % of those in the scope were sent in reaction. */
  readonly plannedAlone?: number | null | undefined;
  /** The same for people: `1.8s`, `0.04%`, `never`, `no samples`. */
  readonly shown: string;
  readonly pass: boolean;
}
