/** The fans: what each did so far, and what people and imports say about them. All of them in memory, a row each. */
import { ownText } from '../../core/own-text.js';
import type { Problem } from '../../core/problem.js';
import type { Inbound } from '../../wechat/inbound.js';
import { sceneOf } from './message-sign.js';
import type { UserRecord } from './record.js';

/** Tags of one fan. */
const TAG_LIMIT = 20;
const FIELD_LIMIT = 64;

/** A fan as another system knows them; what is left out stays as it is. */
export interface UserImport {
  readonly openid: string;
  readonly name?: string;
  readonly source?: string;
  readonly grade?: string;
  readonly tags?: readonly string[];
  readonly bought?: number;
  /** Milliseconds since 1970. */
  readonly firstSeenMs?: number;
  /** Where it stands in the file, for what is wrong with it; 1-based. */
  readonly line?: number;
}

/** What a person changes about a fan; `grade: undefined` takes it away. */
export interface UserEdit {
  readonly name?: string | undefined;
  readonly grade?: string | undefined;
  readonly tags?: readonly string[];
}

export class UserBook {
  readonly #rows = new Map<string, UserRecord>();

  put(row: UserRecord): void {
    this.#rows.set(row.openid, row);
  }

  get(openid: string): UserRecord | undefined {
    return this.#rows.get(openid);
  }

  get size(): number {
    return this.#rows.size;
  }

  rows(): IterableIterator<UserRecord> {
    return this.#rows.values();
  }
}

export function newUser(openid: string, atMs: number): UserRecord {
  return {
    openid: ownText(openid),
    name: undefined,
    source: undefined,
    firstSeenMs: atMs,
    lastSeenMs: atMs,
    lastWroteMs: undefined,
    isFollowing: true,
    messages: 0,
    tags: [],
    grade: undefined,
    bought: 0,
    tookPart: 0,
    asked: 0,
  };
}

/** The fan after a message. `isRepost`: it was counted when it was shed. */
export function afterMessage(user: UserRecord, message: Inbound, atMs: number, isRepost: boolean): UserRecord {
  const isMessage = message.kind !== 'event';
  const source = user.source ?? sceneOf(message);
  const lastSeenMs = Math.max(atMs, user.lastSeenMs);
  return {
    openid: user.openid,
    name: user.name,
    source,
    firstSeenMs: user.firstSeenMs,
    lastSeenMs,
    lastWroteMs: isMessage ? Math.max(atMs, user.lastWroteMs ?? 0) : user.lastWroteMs,
    // Only followers can write or tap.
    isFollowing: isMessage || message.event !== 'unsubscribe',
    messages: isMessage && !isRepost ? user.messages + 1 : user.messages,
    tags: user.tags,
    grade: user.grade,
    bought: user.bought,
    tookPart: user.tookPart,
    asked: user.asked,
  };
}

export function editProblems(edit: UserEdit, path = ''): Problem[] {
  const problems: Problem[] = [];
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  for (const key of ['name', 'grade'] as const) {
    const text = edit[key];
    if (text === undefined || (text.trim() !== '' && text.length <= FIELD_LIMIT)) continue;
    problems.push({ path: at(key), message: `Write 1 to ${FIELD_LIMIT} characters.` });
  }
  const { tags } = edit;
  if (tags === undefined) return problems;
  if (tags.length > TAG_LIMIT) problems.push({ path: at('tags'), message: `At most ${TAG_LIMIT} tags a fan.` });
  for (const [index, tag] of tags.entries()) {
    if (tag.trim() !== '' && tag.length <= FIELD_LIMIT) continue;
    problems.push({ path: at(`tags.${index}`), message: `Write 1 to ${FIELD_LIMIT} characters.` });
  }
  return problems;
}

export function edited(user: UserRecord, edit: UserEdit): UserRecord {
  return { ...user, ...edit, tags: edit.tags === undefined ? user.tags : [...new Set(edit.tags)] };
}

/** All that is wrong with imported rows. */
export function importProblems(rows: readonly UserImport[]): Problem[] {
  const problems: Problem[] = [];
  const first = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const tell = (key: string, message: string) => problems.push(placed(message, `${index}.${key}`, row.line));
    if (row.openid.trim() === '' || row.openid.length > FIELD_LIMIT) tell('openid', 'An openid is 1 to 64 characters.');
    else if (first.has(row.openid)) tell('openid', `"${row.openid}" stands there twice.`);
    first.add(row.openid);
    for (const problem of editProblems(row)) tell(problem.path!, problem.message);
    if (row.bought !== undefined && !(Number.isSafeInteger(row.bought) && row.bought >= 0)) {
      tell('bought', 'Orders are counted: 0 or a whole number above it.');
    }
    if (row.firstSeenMs !== undefined && !(Number.isFinite(row.firstSeenMs) && row.firstSeenMs >= 0)) {
      tell('firstSeenMs', 'Is no time.');
    }
  }
  return problems;
}

export function imported(user: UserRecord | undefined, row: UserImport, nowMs: number): UserRecord {
  const before = user ?? newUser(row.openid, row.firstSeenMs ?? nowMs);
  return {
    ...before,
    name: row.name ?? before.name,
    source: row.source ?? before.source,
    grade: row.grade ?? before.grade,
    tags: row.tags === undefined ? before.tags : [...new Set(row.tags)],
    bought: Math.max(before.bought, row.bought ?? 0),
    firstSeenMs: Math.min(before.firstSeenMs, row.firstSeenMs ?? before.firstSeenMs),
  };
}

/** With the line, if it is known. */
function placed(message: string, path: string, line: number | undefined): Problem {
  return line === undefined ? { path, message } : { path, message, line };
}
