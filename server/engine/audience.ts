/** The fans and their groups, to look at and to edit. */
import type { AccountState } from './account-state.js';
import { type Outcome, refused } from './command.js';
import type { UserRecord } from './record.js';
import { edited, editProblems, type UserEdit } from './user-book.js';
import type { UserGroups } from './user-group.js';

export class Audience {
  readonly #state: AccountState;
  readonly #groups: UserGroups;

  constructor(state: AccountState, groups: UserGroups) {
    this.#state = state;
    this.#groups = groups;
  }

  get size(): number {
    return this.#state.users.size;
  }

  get(openid: string): UserRecord | undefined {
    return this.#state.users.get(openid);
  }

  rows(): IterableIterator<UserRecord> {
    return this.#state.users.rows();
  }

  /** Of the settings, in their order. */
  get groups(): readonly string[] {
    return this.#groups.names;
  }

  groupsOf(user: UserRecord, nowMs: number): readonly string[] {
    return this.#groups.of(user, nowMs);
  }

  /** Looks at every fan: a million takes some tenths of a second. Nobody in a group there is none of. */
  *members(group: string, nowMs: number): IterableIterator<UserRecord> {
    for (const user of this.rows()) if (this.#groups.has(group, user, nowMs)) yield user;
  }

  edit(openid: string, edit: UserEdit): Outcome<{ readonly row: UserRecord }> {
    const user = this.get(openid);
    if (user === undefined) return refused(`No fan "${openid}" is known.`, 'openid');
    const problems = editProblems(edit);
    if (problems.length > 0) return { problems };
    const row = edited(user, edit);
    return { row, changes: this.#state.apply([{ put: 'user', row }]) };
  }
}
