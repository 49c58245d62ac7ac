/** Rows from other systems: fans, orders, centres. All of them or, if one is wrong, none. */
import type { AccountState } from './account-state.js';
import { type CentreImport, centreProblems, centreRow } from './centre-map.js';
import { type Outcome, refused } from './command.js';
import { type OrderImport, orderProblems, orderRow } from './order-book.js';
import type { Change, OrderRecord } from './record.js';
import { imported, importProblems, type UserImport } from './user-book.js';

/** Rows of one import. */
const ROW_LIMIT = 100_000;
const CENTRE_LIMIT = 10_000;

export class Imports {
  readonly #state: AccountState;

  constructor(state: AccountState) {
    this.#state = state;
  }

  /** What a row leaves out stays; unknown fans are added. */
  users(rows: readonly UserImport[], nowMs: number): Outcome {
    if (rows.length > ROW_LIMIT) return tooMany(rows);
    const problems = importProblems(rows);
    if (problems.length > 0) return { problems };
    const { users, orders } = this.#state;
    return this.#put(
      rows.map((row): Change => {
        const user = imported(users.get(row.openid), row, nowMs);
        return { put: 'user', row: { ...user, bought: Math.max(user.bought, orders.ownedBy(row.openid)) } };
      }),
    );
  }

  /** An order known already is replaced. `lines`: where the rows stand in the file, 1-based. */
  orders(rows: readonly OrderImport[], nowMs: number, lines?: readonly number[]): Outcome {
    if (rows.length > ROW_LIMIT) return tooMany(rows);
    const problems = orderProblems(rows, lines);
    if (problems.length > 0) return { problems };
    return this.#putOrders(rows.map((row) => orderRow(row, nowMs)));
  }

  /** A centre of the same name is replaced. `lines` as above. */
  centres(rows: readonly CentreImport[], lines?: readonly number[]): Outcome {
    const problems = centreProblems(rows, lines);
    if (problems.length > 0) return { problems };
    const { centres } = this.#state;
    const added = rows.filter(({ name }) => centres.get(name) === undefined).length;
    if (centres.size + added > CENTRE_LIMIT) return refused(`An account has at most ${CENTRE_LIMIT} centres.`);
    return this.#put(rows.map((row): Change => ({ put: 'centre', row: centreRow(row) })));
  }

  /** At the start: rows of the settings that are not there yet. What was imported since stays. */
  open(orders: readonly OrderImport[], centres: readonly CentreImport[], nowMs: number): readonly Change[] {
    const state = this.#state;
    const newOrders = orders.filter(({ number }) => state.orders.get(number) === undefined);
    const newCentres = centres.filter(({ name }) => state.centres.get(name) === undefined);
    const put = this.#put(newCentres.map((row): Change => ({ put: 'centre', row: centreRow(row) })));
    return [...put.changes, ...this.#putOrders(newOrders.map((row) => orderRow(row, nowMs))).changes];
  }

  /** With the fans whose orders they are, as far as they are known: they have bought. */
  #putOrders(rows: readonly OrderRecord[]): { readonly changes: readonly Change[] } {
    const { users, orders } = this.#state;
    const { changes } = this.#put(rows.map((row): Change => ({ put: 'order', row })));
    const owners = new Set(rows.flatMap(({ openid }) => (openid === undefined ? [] : [openid])));
    const bought = [...owners].flatMap((openid): Change[] => {
      const user = users.get(openid);
      const owned = orders.ownedBy(openid);
      return user === undefined || user.bought >= owned ? [] : [{ put: 'user', row: { ...user, bought: owned } }];
    });
    return { changes: [...changes, ...this.#put(bought).changes] };
  }

  #put(changes: readonly Change[]): { readonly changes: readonly Change[] } {
    return { changes: this.#state.apply(changes) };
  }
}

function tooMany({ length }: readonly unknown[]) {
  return refused(`${length} rows are more than the ${ROW_LIMIT} of one import; split them.`);
}
