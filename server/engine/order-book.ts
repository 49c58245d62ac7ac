/**
 * Orders by number. Whose order has an openid sees it alone; to everybody else it does not exist. An order without one is
 * shown to whoever knows its number, and does not become the asker's.
 */
import type { z } from 'zod';
import type { Problem } from '../../core/problem.js';
import { type OrdersSettings, orderRowSchema } from './look-up-settings.js';
import { compilePattern, MATCHED_BYTES } from './pattern.js';
import { compilePlaces, type PlaceText } from './place-text.js';
import type { OrderRecord } from './record.js';
import { clipBytes } from './reply-text.js';
import { rowProblems } from './row-problems.js';

export type OrderImport = z.input<typeof orderRowSchema>;

export class OrderBook {
  readonly #rows = new Map<string, OrderRecord>();
  readonly #owned = new Map<string, number>();

  put(row: OrderRecord): void {
    const before = this.#rows.get(row.number);
    if (before?.openid !== undefined) this.#count(before.openid, -1);
    this.#rows.set(row.number, row);
    if (row.openid !== undefined) this.#count(row.openid, 1);
  }

  get(number: string): OrderRecord | undefined {
    return this.#rows.get(number);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Orders known to be this fan's. */
  ownedBy(openid: string): number {
    return this.#owned.get(openid) ?? 0;
  }

  rows(): IterableIterator<OrderRecord> {
    return this.#rows.values();
  }

  #count(openid: string, by: number): void {
    const count = this.ownedBy(openid) + by;
    if (count === 0) this.#owned.delete(openid);
    else this.#owned.set(openid, count);
  }
}

export function orderProblems(rows: readonly OrderImport[], lines?: readonly number[]): Problem[] {
  return rowProblems(orderRowSchema, rows, ({ number }) => number, 'order', lines);
}

export function orderRow(row: OrderImport, nowMs: number): OrderRecord {
  return { number: row.number, openid: row.openid, status: row.status, item: row.item ?? '', atMs: nowMs };
}

export class OrderLookUp {
  readonly #book: OrderBook;
  readonly #pattern: RegExp;
  readonly #found: PlaceText;
  readonly #missing: PlaceText;

  constructor({ pattern, found, missing }: OrdersSettings, book: OrderBook) {
    this.#book = book;
    this.#pattern = compilePattern(pattern);
    this.#found = compilePlaces(found);
    this.#missing = compilePlaces(missing);
  }

  /** Undefined: the message asks for no order. */
  find(content: string, openid: string): string | undefined {
    const match = this.#pattern.exec(clipBytes(content, MATCHED_BYTES));
    if (match === null) return undefined;
    const number = match[1] ?? match[0];
    const order = this.#book.get(number);
    if (order === undefined || (order.openid !== undefined && order.openid !== openid)) {
      return this.#missing({ number, openid });
    }
    return this.#found({ number, item: order.item, status: order.status, openid });
  }
}
