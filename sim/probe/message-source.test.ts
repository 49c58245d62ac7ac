import { describe, expect, it } from 'vitest';
import { makePlan } from '../plan/plan.js';
import { scenarioSchema } from '../scenario/schema.js';
import { acknowledgeOnlyOf, messageSource } from './message-source.js';

const scenario = scenarioSchema.parse({
  name: 'mix',
  seed: 3,
  day: { length: '10s' },
  fans: { followers: 50 },
  intents: {
    hours: { says: ['几点开门？', '开放时间'], expect: { contains: '9' } },
    view: { kind: 'view', key: 'http://x', expect: 'acknowledged' },
  },
  traffic: [{ name: 'all', model: 'constant', rate: '40/s', sends: { hours: 3, view: 1 } }],
});
const plan = makePlan(scenario);

describe('messageSource', () => {
  const next = messageSource(plan, 3);
  const messages = Array.from({ length: 4_000 }, next);

  it('gives no message twice, and the same ones for the same seed', () => {
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    expect(new Set(messages.map(({ seed }) => seed)).size).toBeGreaterThan(messages.length * 0.999);
    const again = messageSource(plan, 3);
    expect(messages.slice(0, 50)).toEqual(Array.from({ length: 50 }, again));
  });

  it("has the plan's mix", () => {
    const isAcknowledgeOnly = acknowledgeOnlyOf(scenario);
    const share = messages.filter(({ template }) => isAcknowledgeOnly(template)).length / messages.length;
    const planned = plan.columns.template.filter(isAcknowledgeOnly).length / plan.columns.length;
    expect(Math.abs(share - planned)).toBeLessThan(0.03);
  });

  it('lets other fans write after as many messages as the plan has', () => {
    const rounds = [0, 1, 2].map((round) => messages.slice(round * 400, (round + 1) * 400).map(({ fan }) => fan));
    rounds.forEach((fans, round) => {
      for (const fan of fans) expect(Math.floor(fan / plan.fans)).toBe(round);
    });
  });
});
