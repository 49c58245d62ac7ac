/** Corrections and their fans, and how far each is. */
import type { CorrectionFanRecord, CorrectionRecord } from './record.js';

type FanState = CorrectionFanRecord['state'];

export type CorrectionProgress = Readonly<Record<FanState, number>>;

interface Held {
  row: CorrectionRecord | undefined;
  readonly fans: Map<string, CorrectionFanRecord>;
  readonly counts: Record<FanState, number>;
}

export class CorrectionBook {
  readonly #held = new Map<number, Held>();
  #lastId = 0;

  put(row: CorrectionRecord): void {
    this.#lastId = Math.max(this.#lastId, row.id);
    this.#of(row.id).row = row;
  }

  putFan(row: CorrectionFanRecord): void {
    const { fans, counts } = this.#of(row.correction);
    const before = fans.get(row.openid);
    if (before !== undefined) counts[before.state] -= 1;
    counts[row.state] += 1;
    fans.set(row.openid, row);
  }

  get lastId(): number {
    return this.#lastId;
  }

  get(id: number): CorrectionRecord | undefined {
    return this.#held.get(id)?.row;
  }

  fan(id: number, openid: string): CorrectionFanRecord | undefined {
    return this.#held.get(id)?.fans.get(openid);
  }

  fans(id: number): readonly CorrectionFanRecord[] {
    return [...(this.#held.get(id)?.fans.values() ?? [])];
  }

  /** Fans by state; all 0 of a correction there is none of. */
  progress(id: number): CorrectionProgress {
    return { ...(this.#held.get(id)?.counts ?? none) };
  }

  /** In the order they were started. */
  rows(): readonly CorrectionRecord[] {
    const rows = [...this.#held.values()].flatMap(({ row }) => (row === undefined ? [] : [row]));
    return rows.sort((a, b) => a.id - b.id);
  }

  #of(id: number): Held {
    let held = this.#held.get(id);
    if (held === undefined) {
      held = { row: undefined, fans: new Map(), counts: { ...none } };
      this.#held.set(id, held);
    }
    return held;
  }
}

const none: CorrectionProgress = { waiting: 0, sent: 0, failed: 0, unreachable: 0, unknown: 0 };
