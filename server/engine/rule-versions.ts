/** The versions of the rules, and the newest compiled. */
import { compileAnswers, type Decide } from './answer-book.js';
import type { RuleVersionRecord } from './record.js';
import { type Rules, rulesSchema } from './rules.js';

interface InForce {
  readonly version: number;
  readonly rules: Rules;
  readonly decide: Decide;
}

export class RuleVersions {
  readonly #rows = new Map<number, RuleVersionRecord>();
  #newest = 0;
  #inForce: InForce | undefined;

  put(row: RuleVersionRecord): void {
    this.#rows.set(row.version, row);
    if (row.version >= this.#newest) {
      this.#newest = row.version;
      this.#inForce = undefined;
    }
  }

  /** Of the newest; 0: there is none yet. */
  get version(): number {
    return this.#newest;
  }

  get rules(): Rules {
    return this.#current().rules;
  }

  get decide(): Decide {
    return this.#current().decide;
  }

  get(version: number): RuleVersionRecord | undefined {
    return this.#rows.get(version);
  }

  /** The oldest first. */
  rows(): readonly RuleVersionRecord[] {
    return [...this.#rows.values()].sort((a, b) => a.version - b.version);
  }

  #current(): InForce {
    if (this.#inForce !== undefined) return this.#inForce;
    const row = this.#rows.get(this.#newest);
    if (row === undefined) throw new Error('no rules are in force');
    const rules = rulesOf(row);
    this.#inForce = { version: row.version, rules, decide: compileAnswers(rules) };
    return this.#inForce;
  }
}

/** Throws if the row holds no rules. */
export function rulesOf(row: RuleVersionRecord): Rules {
  return rulesSchema.parse(JSON.parse(row.json));
}
