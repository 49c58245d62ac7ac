/** What games have in common. A game decides from its record and changes nothing itself. */
import type { DayClock } from './day-clock.js';
import type { GameRecord } from './game-record.js';
import type { EntryRecord, IssueRecord, UserRecord } from './record.js';
import { normalized } from './text-form.js';
import type { UserGroups } from './user-group.js';

/** A message or tap that may be a move in a game. */
export interface Move {
  readonly user: UserRecord;
  /** Undefined: it was no text. */
  readonly content: string | undefined;
  /** Of a tapped menu button. */
  readonly key: string | undefined;
  /** When it came. */
  readonly atMs: number;
}

export interface Played {
  readonly text: string;
  readonly entry?: EntryRecord;
  readonly issue?: IssueRecord;
}

export interface Game {
  readonly name: string;
  /** Numbers given out at most. */
  readonly total: number;
  /** Undefined: it is no move in this game. */
  play(move: Move): Played | undefined;
}

export interface GameParts {
  readonly record: GameRecord;
  readonly clock: DayClock;
  readonly groups: UserGroups;
}

interface EntranceSettings {
  readonly words: readonly string[];
  readonly key?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly only?: readonly string[] | undefined;
}

/** Who enters a game of one round, and when. */
export class Entrance {
  readonly #words: ReadonlySet<string>;
  readonly #settings: EntranceSettings;
  readonly #parts: GameParts;

  constructor(settings: EntranceSettings, parts: GameParts) {
    this.#words = new Set(settings.words.map(normalized));
    this.#settings = settings;
    this.#parts = parts;
  }

  isAsked({ content, key }: Move): boolean {
    if (key !== undefined) return key === this.#settings.key;
    return content !== undefined && this.#words.size > 0 && this.#words.has(normalized(content));
  }

  /** Undefined: it is open to the fan. */
  barrier({ user, atMs }: Move): 'tooEarly' | 'tooLate' | 'notYou' | undefined {
    const { from, to, only } = this.#settings;
    const nowS = this.#parts.clock.dayS(atMs);
    if (from !== undefined && nowS < from) return 'tooEarly';
    if (to !== undefined && nowS >= to) return 'tooLate';
    if (only === undefined || only.some((group) => this.#parts.groups.has(group, user, atMs))) return undefined;
    return 'notYou';
  }
}
