/** For tests: an account with some past, and the staff's side of it. */
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach } from 'vitest';
import type { z } from 'zod';
import { MIDNIGHT_MS, type SettingsInput, sampleSetup, written } from '../../engine/account-samples.js';
import type { rulesSchema } from '../../engine/rules.js';
import type { AccountStore } from '../../store/account-store.js';
import { MemoryAccountStore } from '../../store/memory-account-store.js';
import { AccountService } from '../account-service.js';
import { addStaff, type StaffOptions } from './add-staff.js';

export const STAFF_TOKEN = 'staff-token';
export const NOW_MS = MIDNIGHT_MS + 12 * 3_600_000;

export interface SampleStaff {
  readonly app: FastifyInstance;
  readonly service: AccountService;
  /** Sets the account's clock forward. */
  wait(ms: number): void;
  /** Takes a text on, as the callback would. */
  write(openid: string, text: string, shownInstead?: string): Promise<number>;
}

const settings: SettingsInput = {
  menu: [{ name: '客服', key: 'help' }],
  groups: { buyers: { minBought: 1 }, vip: { tag: 'vip' } },
  orders: {},
  centres: {},
  lottery: { words: ['抽奖'], chance: '100%', prizes: 2 },
  inbox: { size: 1_000 },
  desk: { people: ['Ann', '李娜'], limit: 3, claim: '10m' },
};

const answers: z.input<typeof rulesSchema> = {
  templates: { sorry: '抱歉，请稍等。' },
  rules: [
    { name: 'price', contains: ['price', '价格'], reply: { text: '299' } },
    { name: 'hours', exact: ['hours'], reply: { text: '9–18' } },
    { name: 'help', key: 'help', reply: { template: 'sorry' } },
  ],
};

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

export async function sampleStaff(
  options: Partial<StaffOptions> = {},
  store: AccountStore = new MemoryAccountStore(),
): Promise<SampleStaff> {
  let nowMs = NOW_MS;
  const { nowMs: _, ...setup } = sampleSetup(settings, answers);
  const service = await AccountService.open({ store, setup, nowMs: () => nowMs });
  const app = fastify({ routerOptions: { maxParamLength: 1_000 } });
  app.register(async (scope) => addStaff(scope, { service, staffToken: STAFF_TOKEN, ...options }));
  await app.ready();
  stops.push(async () => {
    await app.close();
    await service.close();
  });
  return {
    app,
    service,
    wait: (ms) => {
      nowMs += ms;
    },
    write: async (openid, text, shownInstead) => {
      const { seq, changes } = service.account.receive(
        written(openid, text),
        service.nowMs(),
        shownInstead === undefined ? {} : { shownInstead },
      );
      await service.keep(changes);
      return seq;
    },
  };
}
