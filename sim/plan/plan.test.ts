import { describe, expect, it } from 'vitest';
import { type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { PLAN_BYTES_PER_MESSAGE } from './columns.js';
import { drawFanPools, fanBook } from './fan-book.js';
import { makePlan } from './plan.js';
import { compileWording } from './wording.js';

const base: ScenarioInput = {
  name: 'plan-test',
  seed: 5,
  day: { length: '24h' },
  fans: { followers: 300 },
  intents: {
    ask: { says: ['a', 'b', '{name}?'], expect: { contains: 'x' } },
    photo: { kind: 'image' },
    join: { kind: 'subscribe' },
    leave: { kind: 'unsubscribe' },
  },
  traffic: [
    { name: 'day', model: 'daily', total: 20_000, sends: { ask: 3, photo: 1 } },
    { name: 'joins', model: 'push', at: '09:00', recipients: 5_000, total: 700, sends: 'join' },
    { name: 'leaves', model: 'poisson', total: 50, from: '10:00', sends: 'leave' },
  ],
};
const plan = (change: Partial<ScenarioInput> = {}) => makePlan(scenarioSchema.parse({ ...base, ...change }));
const sent = (kind: number, { columns } = plan()) =>
  Array.from(columns.kind.keys()).filter((row) => columns.kind[row] === kind);
const [TEXT, IMAGE, SUBSCRIBE, UNSUBSCRIBE] = [0, 1, 7, 8];

describe('a plan', () => {
  it('holds exactly what was asked for, in order of time, in at most 40 bytes a message', () => {
    const { columns, fans } = plan();
    expect(columns.length).toBe(20_750);
    expect(fans).toBe(1_000);
    expect(sent(SUBSCRIBE).length).toBe(700);
    expect(sent(UNSUBSCRIBE).length).toBe(50);
    expect(sent(TEXT).length / sent(IMAGE).length).toBeCloseTo(3, 0);
    for (let row = 1; row < columns.length; row++) expect(columns.dueUs[row]! >= columns.dueUs[row - 1]!).toBe(true);
    expect(columns.buffer.byteLength).toBe(columns.length * PLAN_BYTES_PER_MESSAGE);
    expect(PLAN_BYTES_PER_MESSAGE).toBeLessThanOrEqual(40);
  });

  it('is the same bytes for the same seed and others for another', () => {
    expect(plan().digest).toBe(plan().digest);
    expect(plan({ seed: 6 }).digest).not.toBe(plan().digest);
  });

  it('does not move one part when another is added, and knows nothing of speed', () => {
    const more = plan({ traffic: [...base.traffic, { name: 'more', model: 'constant', total: 100, sends: 'photo' }] });
    const dues = (columns: typeof more.columns, part: number) =>
      columns.dueUs.filter((_, row) => columns.part[row] === part);
    for (const part of [0, 1, 2]) expect(dues(more.columns, part)).toEqual(dues(plan().columns, part));
    expect(plan({ speed: 800 }).digest).toBe(plan().digest);
  });

  it('lets a fan write only between joining and leaving', () => {
    const { columns } = plan();
    const joined = new Map<number, number>();
    const left = new Set<number>();
    for (let row = 0; row < columns.length; row++) {
      const fan = columns.fan[row]!;
      expect(left.has(fan)).toBe(false);
      if (columns.kind[row] === SUBSCRIBE) {
        expect(joined.has(fan)).toBe(false);
        joined.set(fan, row);
      } else if (fan >= 300) expect(joined.has(fan)).toBe(true);
      if (columns.kind[row] === UNSUBSCRIBE) left.add(fan);
    }
    expect(left.size).toBe(50);
  });

  it('lets some fans write much more than others', () => {
    const { columns } = plan();
    const counts = new Map<number, number>();
    for (const fan of columns.fan) counts.set(fan, (counts.get(fan) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted[0]! / sorted[Math.floor(sorted.length / 2)]!).toBeGreaterThan(5);
  });

  it('plays a window as a part of the day, byte for byte', () => {
    const scenario = scenarioSchema.parse(base);
    const whole = makePlan(scenario);
    const part = makePlan(scenario, { fromDayS: 9 * 3_600, toDayS: 10 * 3_600 });
    const first = whole.columns.dueUs.findIndex((dueUs) => dueUs >= 9 * 3_600e6);
    expect(part.columns.length).toBeGreaterThan(500);
    expect(part.columns.dueUs).toEqual(whole.columns.dueUs.slice(first, first + part.columns.length));
    expect(part.columns.fan).toEqual(whole.columns.fan.slice(first, first + part.columns.length));
    expect(part.columns.dueUs.at(-1)).toBeLessThan(10 * 3_600e6);
  });

  it('says what is wrong when nobody is there to write, or nobody left to leave', () => {
    expect(() => plan({ fans: { followers: 0 } })).toThrow(/fans.followers is 0/);
    expect(() =>
      plan({ fans: { followers: 30 }, traffic: [{ name: 'leaves', model: 'constant', total: 31, sends: 'leave' }] }),
    ).toThrow(/nobody is left/);
  });
});

describe('fans', () => {
  it("have different openids and order numbers, of the platform's form, the same for the same seed", async () => {
    const book = fanBook(await drawFanPools(3, 'gh_test'));
    const again = fanBook(await drawFanPools(3, 'gh_test'));
    const openids = Array.from({ length: 20_000 }, (_, fan) => book.openid(fan));
    expect(new Set(openids).size).toBe(20_000);
    for (const fan of [0, 1, 19_999]) expect(book.fanOf(openids[fan]!)).toBe(fan);
    for (const nobody of ['', 'oPHzg', openids[5]!.replace(/.$/, openids[5]!.endsWith('A') ? 'B' : 'A')]) {
      expect(book.fanOf(nobody)).toBeUndefined();
    }
    for (const openid of openids) expect(openid).toMatch(/^o[\w-]{27}$/);
    expect(new Set(openids.map((_, fan) => book.variable('order', fan, 0))).size).toBe(20_000);
    for (const fan of [0, 1, 19_999]) {
      expect(again.openid(fan)).toBe(openids[fan]);
      expect(again.variable('name', fan, 0)).toBe(book.variable('name', fan, 9));
    }
    expect(new Set(openids.slice(0, 500).map((_, fan) => book.variable('name', fan, 0))).size).toBeGreaterThan(300);
  });

  it('write wordings with their own words in them', async () => {
    const book = fanBook(await drawFanPools(3, 'gh_test'));
    const order = book.variable('order', 7, 1);
    expect(compileWording('订单{order}，{order}！')(book, 7, 1)).toBe(`订单${order}，${order}！`);
    expect(compileWording('{unknown} as it is')(book, 7, 1)).toBe('{unknown} as it is');
    expect(compileWording('{name}{city}')(book, 7, 1)).toBe(book.variable('name', 7, 1) + book.variable('city', 7, 1));
  });
});
