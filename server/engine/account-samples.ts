/** Accounts and messages for tests. */
import type { z } from 'zod';
import { duration, moment, share } from '../../sim/scenario/codecs.js';
import type { Inbound, InboundEvent } from '../../wechat/inbound.js';
import { Account, type AccountSetup } from './account.js';
import { accountSettingsSchema } from './account-settings.js';
import { type Loaded, nothingLoaded } from './account-state.js';
import type { Change, TableName, Tables } from './record.js';
import { rulesSchema } from './rules.js';

export const sampleSchema = accountSettingsSchema({ moment, duration, share });

export type SettingsInput = z.input<typeof sampleSchema>;

/** Midnight of the first day. */
export const MIDNIGHT_MS = Date.UTC(2013, 3, 9);

export function atMs(clock: string): number {
  return MIDNIGHT_MS + moment.decode(clock) * 1_000;
}

export function sampleSetup(settings: SettingsInput = {}, answers: z.input<typeof rulesSchema> = {}): AccountSetup {
  return {
    answers: rulesSchema.parse(answers),
    settings: sampleSchema.parse(settings),
    seed: 1,
    day: { midnightMs: MIDNIGHT_MS, speed: 1 },
    nowMs: MIDNIGHT_MS,
  };
}

export function sampleAccount(settings?: SettingsInput, answers?: z.input<typeof rulesSchema>): Account {
  return new Account(sampleSetup(settings, answers));
}

let lastId = 0;

function pushed(openid: string) {
  return { toUserName: 'gh_1', fromUserName: openid, createTimeS: 1_365_465_600 };
}

export function written(openid: string, content: string): Inbound {
  lastId += 1;
  return { kind: 'text', ...pushed(openid), content, msgId: String(lastId) };
}

export function located(openid: string, locationX: number, locationY: number): Inbound {
  lastId += 1;
  return { kind: 'location', ...pushed(openid), locationX, locationY, scale: 20, label: '', msgId: String(lastId) };
}

export function tapped(openid: string, eventKey: string): Inbound {
  return { kind: 'event', event: 'CLICK', ...pushed(openid), eventKey };
}

export function followed(
  openid: string,
  eventKey = '',
  event: 'subscribe' | 'unsubscribe' = 'subscribe',
): InboundEvent {
  return { kind: 'event', event, ...pushed(openid), eventKey };
}

/** What a table's rows are told apart by. */
const keys: { readonly [Name in TableName]: (row: Tables[Name]) => string | number } = {
  message: ({ seq }) => seq,
  reply: ({ id }) => id,
  user: ({ openid }) => openid,
  inbox: ({ messageSeq }) => messageSeq,
  outbox: ({ id }) => id,
  issue: ({ game, number }) => `${game}|${number}`,
  entry: ({ game, round, openid }) => `${game}|${round}|${openid}`,
  ruleVersion: ({ version }) => version,
  correction: ({ id }) => id,
  correctionFan: ({ correction, openid }) => `${correction}|${openid}`,
  order: ({ number }) => number,
  centre: ({ name }) => name,
  audit: ({ id }) => id,
};

/** The simplest store: the last row of each key. Gives rows backwards by key: no account may count on an order. */
export class SampleStore {
  readonly #tables = new Map<TableName, Map<string, unknown>>();

  keep(changes: readonly Change[]): void {
    for (const { put, row } of changes) {
      const table = this.#tables.get(put) ?? new Map<string, unknown>();
      this.#tables.set(put, table);
      table.set(String((keys[put] as (row: unknown) => string | number)(row)), row);
    }
  }

  rows<Name extends TableName>(name: Name): readonly Tables[Name][] {
    const table = this.#tables.get(name) ?? new Map<string, unknown>();
    return [...table.entries()].sort(([a], [b]) => (a > b ? -1 : 1)).map(([, row]) => row as Tables[Name]);
  }

  load(): Loaded {
    const highest = (numbers: readonly number[]) => Math.max(0, ...numbers);
    const last = {
      messageSeq: highest(this.rows('message').map(({ seq }) => seq)),
      replyId: highest(this.rows('reply').map(({ id }) => id)),
      outboxId: highest(this.rows('outbox').map(({ id }) => id)),
      auditId: highest(this.rows('audit').map(({ id }) => id)),
    };
    const tables = Object.keys(nothingLoaded).filter((name) => name !== 'last') as TableName[];
    return { ...Object.fromEntries(tables.map((name) => [name, this.rows(name)])), last } as unknown as Loaded;
  }
}
