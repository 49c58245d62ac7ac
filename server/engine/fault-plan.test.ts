import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { US_PER_S } from '../../core/units.js';
import type { FaultSpec } from './fault.js';
import { ACTIVE_FAULT_LIMIT, FaultPlan } from './fault-plan.js';

const atS = (seconds: number) => seconds * US_PER_S;
let keys = 0;
const reached = (openid = 'fan', key = `key-${keys++}`, expectsReply = true) => ({ key, openid, expectsReply });

function planOf(...specs: FaultSpec[]): FaultPlan {
  const plan = new FaultPlan(1);
  for (const spec of specs) plan.start(spec, 0);
  return plan;
}

describe('a wrong reply', () => {
  it('that spares taps hits messages only; any other hits both', () => {
    const tap = (openid: string) => ({ ...reached(openid), isTap: true });
    const sparing = planOf({ do: 'wrong-reply', text: 'no', for: 10, fans: 2, taps: false });
    expect(sparing.effectFor(tap('a'), atS(9))).toEqual({ slowUs: 0 });
    expect(sparing.effectFor(reached('a'), atS(9))).toMatchObject({ wrongText: 'no' });
    expect(sparing.status(atS(9))).toMatchObject([{ hits: 1, fansHit: 1 }]);
    expect(planOf({ do: 'wrong-reply', text: 'no', for: 10 }).effectFor(tap('a'), 0)).toMatchObject({
      wrongText: 'no',
    });
  });
});

describe('a fault for everyone', () => {
  it.each<[FaultSpec, object]>([
    [
      { do: 'wrong-reply', text: 'no', for: 10 },
      { wrongText: 'no', slowUs: 0 },
    ],
    [{ do: 'slow', by: 2, for: 10 }, { slowUs: 2_000_000 }],
    [
      { do: 'stall', for: 10 },
      { stalledBy: 1, slowUs: 0 },
    ],
    [
      { do: 'status', code: 502, for: 10 },
      { refusal: { do: 'status', code: 502 }, slowUs: 0 },
    ],
    [
      { do: 'reset', for: 10 },
      { refusal: { do: 'reset' }, slowUs: 0 },
    ],
  ])('%o hits every message while it lasts', (spec, effect) => {
    const plan = planOf(spec);
    expect(plan.effectFor(reached(), 0)).toEqual(effect);
    expect(plan.effectFor(reached(), atS(9.99))).toEqual(effect);
    expect(plan.effectFor(reached(), atS(10))).toEqual({ slowUs: 0 });
    expect(plan.status(atS(10))).toMatchObject([
      { name: spec.do, hits: 2, fansHit: 1, isActive: false, endUs: atS(10) },
    ]);
  });

  it('gives no wrong reply where none would be shown', () => {
    const plan = planOf({ do: 'wrong-reply', text: 'no', for: 10 });
    expect(plan.effectFor(reached('fan', 'key', false), 0)).toEqual({ slowUs: 0 });
    expect(plan.status(0)[0]!.hits).toBe(0);
  });
});

describe('a fault for exactly N fans', () => {
  it('hits N different fans once each, along a straight line', () => {
    const messages = fc.array(fc.record({ fan: fc.nat(30), expectsReply: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), messages, (fans, sent) => {
        const plan = planOf({ do: 'wrong-reply', text: 'no', for: 100, fans });
        const hit: number[] = [];
        const eligible = new Set<number>();
        for (const [index, { fan, expectsReply }] of sent.entries()) {
          const seconds = (100 * index) / sent.length;
          const effect = plan.effectFor(reached(`${fan}`, `${index}`, expectsReply), atS(seconds));
          if (effect.wrongText !== undefined) hit.push(fan);
          expect(hit.length).toBeLessThanOrEqual(Math.ceil(fans * Math.min(1, seconds / 90)));
          if (seconds >= 90 && expectsReply) eligible.add(fan);
        }
        expect(new Set(hit).size).toBe(hit.length);
        expect(plan.status(0)[0]).toMatchObject({ hits: hit.length, fansHit: hit.length, fans });
        // In the last tenth all may be hit: whoever wrote then was, or there was no room left.
        expect(hit.length === fans || [...eligible].every((fan) => hit.includes(fan))).toBe(true);
      }),
    );
  });

  it('spreads 500 fans over 20 minutes', () => {
    const plan = planOf({ do: 'wrong-reply', text: 'no', for: 1_200, fans: 500 });
    const hitsAt = [0, 0.3, 0.6, 0.9, 1].map((until, index, all) => {
      for (let s = (all[index - 1] ?? 0) * 1_200; s < until * 1_200; s += 0.5)
        plan.effectFor(reached(`fan-${s}`), atS(s));
      return plan.status(0)[0]!.hits;
    });
    expect(hitsAt).toEqual([0, 167, 334, 500, 500]);
  });
});

describe('a fault for a share', () => {
  it('hits about that share, the same ones for the same seed', () => {
    const hits = () => {
      const plan = planOf({ do: 'slow', by: 1, for: 10, share: 0.1 });
      return Array.from({ length: 10_000 }, (_, index) => plan.effectFor(reached(`fan-${index}`), index).slowUs > 0);
    };
    const first = hits();
    expect(first).toEqual(hits());
    expect(first.filter(Boolean).length).toBeGreaterThan(900);
    expect(first.filter(Boolean).length).toBeLessThan(1_100);
  });

  it.each([
    [0, 0],
    [1, 100],
  ])('%d hits %d of 100', (share, hits) => {
    const plan = planOf({ do: 'slow', by: 1, for: 10, share });
    for (let index = 0; index < 100; index += 1) plan.effectFor(reached(), 0);
    expect(plan.status(0)[0]).toMatchObject({ hits, share });
  });
});

describe('a refused message posted again', () => {
  it.each<FaultSpec>([
    { do: 'status', code: 500, for: 10 },
    { do: 'reset', for: 10, share: 0.5 },
    { do: 'status', code: 500, for: 10, fans: 3 },
  ])('meets %o again and is no new hit', (spec) => {
    const plan = planOf(spec);
    const message = Array.from({ length: 100 }, () => reached()).find((one) => plan.effectFor(one, atS(1)).refusal);
    const { hits } = plan.status(atS(1))[0]!;
    for (let post = 0; post < 5; post += 1) expect(plan.effectFor(message!, atS(5)).refusal).toBeDefined();
    expect(plan.status(atS(5))[0]!.hits).toBe(hits);
    expect(plan.effectFor(message!, atS(10)).refusal).toBeUndefined();
  });
});

describe('several faults', () => {
  it('leave a refused message to no other', () => {
    const plan = planOf({ do: 'wrong-reply', text: 'no', for: 10 }, { do: 'status', code: 500, for: 10 });
    expect(plan.effectFor(reached(), 0)).toEqual({ refusal: { do: 'status', code: 500 }, slowUs: 0 });
    expect(plan.status(0).map(({ hits }) => hits)).toEqual([0, 1]);
  });

  it('add up where they slow, take the longest where they hold, the first where they err', () => {
    const plan = planOf(
      { do: 'wrong-reply', text: 'first', for: 10 },
      { do: 'slow', by: 1, for: 10 },
      { do: 'stall', for: 5 },
      { do: 'stall', for: 8, fans: 1 },
      { do: 'slow', by: 0.5, for: 10 },
      { do: 'wrong-reply', text: 'second', for: 10 },
    );
    const effect = plan.effectFor(reached(), 1);
    expect(effect).toEqual({ wrongText: 'first', slowUs: 1_500_000, stalledBy: 4 });
    expect(plan.heldUntilUs(effect, 1)).toBe(atS(8));
    expect(plan.status(1).map(({ hits }) => hits)).toEqual([1, 1, 1, 1, 1, 0]);
  });
});

describe('what a stall holds', () => {
  it('is everything, also what arrived before, if it is for everyone', () => {
    const plan = new FaultPlan(1);
    const before = plan.effectFor(reached(), 0);
    expect(plan.heldUntilUs(before, 0)).toBe(0);
    plan.start({ do: 'stall', for: 10 }, atS(1));
    expect(plan.heldUntilUs(before, atS(2))).toBe(atS(11));
    expect(plan.heldUntilUs(before, atS(12))).toBe(atS(12));
  });

  it('is what it hit, if it is for some', () => {
    const plan = planOf({ do: 'stall', for: 10, fans: 1 });
    const [hit, spared] = [plan.effectFor(reached('a'), 1), plan.effectFor(reached('b'), 1)];
    expect(plan.heldUntilUs(hit, 1)).toBe(atS(10));
    expect(plan.heldUntilUs(spared, 1)).toBe(1);
  });

  it('is nothing once it is cleared', () => {
    const plan = planOf({ do: 'stall', for: 10 });
    const hit = plan.effectFor(reached(), 1);
    plan.clear(atS(3));
    expect(plan.heldUntilUs(hit, atS(3))).toBe(atS(3));
    expect(plan.status(atS(3))).toMatchObject([{ isActive: false, endUs: atS(3), hits: 1 }]);
  });
});

it('limits how many are active', () => {
  const plan = new FaultPlan(1);
  for (let count = 0; count < ACTIVE_FAULT_LIMIT; count += 1) plan.start({ do: 'stall', for: 1 }, 0);
  expect(() => plan.start({ do: 'stall', for: 1 }, 0)).toThrow(RangeError);
  expect(plan.start({ do: 'stall', for: 1 }, atS(1)).id).toBe(ACTIVE_FAULT_LIMIT + 1);
});
