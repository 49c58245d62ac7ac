/** Changes the rules while the account runs: checked as a whole, in force at once, every version kept. */
import type { Problem } from '../../core/problem.js';
import type { AccountSettings } from './account-settings.js';
import type { AccountState } from './account-state.js';
import { checkAccount } from './check-account.js';
import { checkRules, sameNames } from './check-rules.js';
import { type Outcome, type Refused, refused } from './command.js';
import type { RuleVersionRecord } from './record.js';
import { rulesOf } from './rule-versions.js';
import type { Rules } from './rules.js';
import { readRules } from './rules-shape.js';

/** Who stands behind the rules the account was started with. */
const SETTINGS = 'settings';
const JSON_LIMIT_BYTES = 1_000_000;

type Edited = Outcome<{ readonly version: number }>;

export class RuleEditor {
  readonly #state: AccountState;
  readonly #settings: AccountSettings;

  constructor(state: AccountState, settings: AccountSettings) {
    this.#state = state;
    this.#settings = settings;
  }

  get version(): number {
    return this.#state.rules.version;
  }

  /** In force. */
  get rules(): Rules {
    return this.#state.rules.rules;
  }

  /** The oldest first. */
  versions(): readonly RuleVersionRecord[] {
    return this.#state.rules.rows();
  }

  /** The rules of a version; undefined: there is none. */
  rulesOf(version: number): Rules | undefined {
    const row = this.#state.rules.get(version);
    return row === undefined ? undefined : rulesOf(row);
  }

  /** `rules`: as written, not checked yet. */
  edit(rules: unknown, person: string, note: string, nowMs: number): Edited {
    const checked = this.check(rules, person, note);
    return 'problems' in checked ? checked : this.#put(checked.sound, person, note, nowMs);
  }

  /** What `edit` would say; changes nothing. */
  check(rules: unknown, person: string, note: string): Refused | { readonly sound: Rules } {
    const { problems: misshapen, sound, places } = readRules(rules);
    if (misshapen.length > 0) {
      // Of the whole, as of a menu key no rule answers, nothing can be said yet.
      const others = sound === undefined ? [] : [...sameNames(sound.rules), ...checkRules(sound)];
      return { problems: [...misshapen, ...others.map((problem) => placed(problem, places))] };
    }
    const problems = this.#problemsOf(sound!, person, note);
    return problems.length > 0 ? { problems } : { sound: sound! };
  }

  /** Puts an old version in force again, as a new one. */
  revert(version: number, person: string, note: string, nowMs: number): Edited {
    const rules = this.rulesOf(version);
    return rules === undefined ? refused(`There is no version ${version}.`) : this.edit(rules, person, note, nowMs);
  }

  /**
   * At the start. Rules edited while running stay in force over a restart; those of the settings come in force again when
   * the settings say something else than last time. Throws if they are wrong: whoever read the settings checked them.
   */
  open(rules: Rules, nowMs: number): Edited {
    const last = this.versions().findLast(({ person }) => person === SETTINGS);
    if (last?.json === JSON.stringify(rules)) return { changes: [], version: this.version };
    const problems = this.#problemsOf(rules, SETTINGS, '');
    if (problems.length > 0) throw new Error(`the settings were not checked: ${problems[0]!.message}`);
    return this.#put(rules, SETTINGS, '', nowMs);
  }

  #problemsOf(rules: Rules, person: string, note: string): Problem[] {
    const problems = [
      ...sameNames(rules.rules),
      ...checkRules(rules),
      ...checkAccount(this.#settings, rules).map(underRules),
    ];
    if (person.trim() === '') problems.push({ path: 'person', message: 'Say who changes the rules.' });
    if (note.length > 500) problems.push({ path: 'note', message: 'At most 500 characters.' });
    if (Buffer.byteLength(JSON.stringify(rules)) > JSON_LIMIT_BYTES) {
      problems.push({ path: '', message: `The rules are longer than ${JSON_LIMIT_BYTES} bytes.` });
    }
    return problems;
  }

  #put(rules: Rules, person: string, note: string, nowMs: number): Edited {
    const version = this.version + 1;
    const row = { version, json: JSON.stringify(rules), person, note, atMs: nowMs };
    return { version, changes: this.#state.apply([{ put: 'ruleVersion', row }]) };
  }
}

/** What stands in the account's settings is not at fault when rules are edited: the rules are. */
function underRules({ path, message }: Problem): Problem {
  return { path: 'rules', message: `${message} (${path})` };
}

/** A rule's problem under the place where the rule was written. */
function placed(problem: Problem, places: readonly number[]): Problem {
  const { path = '' } = problem;
  return { ...problem, path: path.replace(/^rules\.(\d+)/, (_, at) => `rules.${places[Number(at)]}`) };
}
