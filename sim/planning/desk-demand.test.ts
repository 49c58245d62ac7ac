import { beforeAll, expect, it } from 'vitest';
import { drawFanPools, type FanPools } from '../plan/fan-book.js';
import { scenarioSchema } from '../scenario/schema.js';
import { deskDemand, meanDemand } from './desk-demand.js';
import { replicateOnce } from './replication.js';

let pools: FanPools;
beforeAll(async () => {
  pools = await drawFanPools(1, 'known');
});

it('counts by the minute of the clock, and nothing that comes to a closed desk', () => {
  const askedUs = [0, 29e6, 31e6, 90e6, 149e6, 150e6].map(Number);
  const day = { startDayS: 10 * 3_600 + 30, endDayS: 10 * 3_600 + 180 };
  expect([...deskDemand({ messages: { askedUs } }, day, 1)]).toEqual([2, 1, 2]);
  // Half as long in the run at twice the speed.
  expect([...deskDemand({ messages: { askedUs: askedUs.map((us) => us / 2) } }, day, 2)]).toEqual([2, 1, 2]);
  expect([...meanDemand([Uint32Array.of(2, 0), Uint32Array.of(1, 1)])]).toEqual([1.5, 0.5]);
});

it('counts the further turn that only a person answers, which no plan knows of', () => {
  const scenario = scenarioSchema.parse({
    name: 'turns',
    day: { start: '10:00', length: '30m' },
    fans: { followers: 500 },
    platform: { laterReplies: '20m' },
    intents: {
      price: {
        says: ['价格'],
        expect: { contains: '元' },
        next: { send: 'question', share: '100%', median: '20s' },
      },
      question: { says: ['在吗'], expect: { contains: '客服' } },
    },
    traffic: [{ name: 'prices', model: 'constant', rate: '2/min', sends: 'price' }],
    server: { workers: 4, answers: { rules: [{ name: 'price', contains: ['价格'], reply: { text: '99 元' } }] } },
    desk: { people: 3, handling: { mean: '10s' } },
  });
  const task = { scenario, thresholds: [], plan: undefined, window: undefined };
  const { deskPerMinute, messages } = replicateOnce(task, pools);
  const asked = deskPerMinute!.reduce((sum, count) => sum + count, 0);
  expect(deskPerMinute).toHaveLength(30);
  expect(messages).toBeGreaterThanOrEqual(115);
  // All but those whose turn came after the close.
  expect(asked).toBeGreaterThan(50);
});
