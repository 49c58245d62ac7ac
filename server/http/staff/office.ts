/** What all staff routes share: the account, who asks, and how a command's outcome is kept and answered. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Changed, Refused } from '../../engine/command.js';
import { StoreError } from '../../store/account-store.js';
import type { AccountService } from '../account-service.js';
import { Refusal, refusalSchema } from './refusal.js';

export type StaffScope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const PERSON_LENGTH = 60;

export class Office {
  readonly service: AccountService;

  constructor(service: AccountService) {
    this.service = service;
  }

  get account() {
    return this.service.account;
  }

  get store() {
    return this.service.store;
  }

  nowMs(): number {
    return this.service.nowMs();
  }

  /** In whose name something is changed: the header `X-Person`, percent-encoded as headers bear no Chinese. */
  person(request: FastifyRequest): string {
    const header = request.headers['x-person'];
    const name = typeof header === 'string' ? decoded(header).trim() : '';
    if (typeof header === 'string' && /[^\x20-\x7e]/.test(header)) {
      // Headers come as bytes, each as one character.
      const meant = encodeURIComponent(Buffer.from(header, 'latin1').toString().slice(0, PERSON_LENGTH));
      throw new Refusal(403, [{ path: 'x-person', message: `X-Person is not percent-encoded; write ${meant}.` }]);
    }
    if (name !== '' && name.length <= PERSON_LENGTH) return name;
    const message = `Say in whose name: the header X-Person, percent-encoded, 1 to ${PERSON_LENGTH} characters.`;
    throw new Refusal(403, [{ path: 'x-person', message }]);
  }

  /** To be asked before the account is changed: what is in memory and cannot be kept must not become more. */
  mustKeep(): void {
    const { trouble, isFull } = this.service;
    if (trouble !== undefined) throw new Refusal(503, `Nothing more is taken on: ${trouble.message}.`);
    if (isFull) throw new Refusal(503, 'Too much waits to be stored; try again.');
  }

  /**
   * Keeps what a command changed, with who did it. Throws a `Refusal`: 422 if something sent is wrong, 409 if it does not
   * go now, 503 if it cannot be stored yet: then all of it is in force as soon as it is, and nothing of it before that
   * is sent to anybody. `request`: of the person.
   */
  async keep<Result extends Changed | Refused>(
    request: FastifyRequest,
    action: string,
    about: string | number,
    outcome: Result,
  ): Promise<Exclude<Result, Refused>> {
    if ('problems' in outcome) {
      const isWrong = outcome.problems.some(({ path }) => path !== undefined);
      throw new Refusal(isWrong ? 422 : 409, outcome.problems);
    }
    if (outcome.changes.length > 0) {
      const audit = this.account.audit(this.person(request), action, String(about), this.nowMs());
      await this.service.keep([...outcome.changes, ...audit]).catch(notYet);
    }
    return outcome as Exclude<Result, Refused>;
  }
}

function notYet(error: unknown): never {
  if (!(error instanceof StoreError)) throw error;
  const message = `This could not be stored yet: ${error.message}.`;
  // What no store can hold will not be tried again.
  if (error.trouble === 'refused' || error.trouble === 'closed') throw new Refusal(503, message);
  throw new Refusal(503, `${message} It is done, whole, as soon as there is room; look before you do it again.`);
}

/** Responses of a route: what it gives, and how it refuses. */
export function gives<Schema extends z.ZodType>(schema: Schema) {
  return { 200: schema, '4xx': refusalSchema, '5xx': refusalSchema };
}

const limit = z.coerce.number().int().min(1).max(1_000).prefault(50).describe('Rows of the page.');
const cursor = z.coerce.number().int().min(0).optional().describe('`next` of the page before.');

/** The oldest first. */
export const forward = { after: cursor, limit };
/** The newest first. */
export const newestFirst = { before: cursor, limit };

export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    rows: z.array(row),
    next: z.int().optional().describe('Where the next page begins; absent: this was the last.'),
  });
}

/** A page of rows that lie in memory; the cursor counts rows looked at, at most `mostLooks` a page. */
export function pageFrom<Row>(
  rows: Iterable<Row>,
  { after = 0, limit }: { readonly after?: number | undefined; readonly limit: number },
  fits: (row: Row) => boolean = () => true,
  mostLooks = 20_000,
): { rows: Row[]; next: number | undefined } {
  const page: Row[] = [];
  let at = 0;
  for (const row of rows) {
    if (at >= after) {
      if (page.length === limit || at - after >= mostLooks) return { rows: page, next: at };
      if (fits(row)) page.push(row);
    }
    at += 1;
  }
  return { rows: page, next: undefined };
}

export const bySeq = z.object({ seq: z.coerce.number().int().min(1) });

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return '';
  }
}
