import { describe, expect, it } from 'vitest';
import { makePlan } from '../plan/plan.js';
import { encodeScenario } from '../scenario/encode.js';
import { type Scenario, type ScenarioInput, scenarioSchema } from '../scenario/schema.js';
import { crowdTimes } from './crowd.js';

const part = { sends: 'hello' };
const parts: ScenarioInput['traffic'] = [
  { name: 'constant', model: 'constant', rate: '10/s', ...part },
  { name: 'poisson', model: 'poisson', total: 400, ...part },
  { name: 'ramp', model: 'ramp', startRate: '0/s', endRate: '10/s', ...part },
  { name: 'steps', model: 'steps', steps: [{ for: '30s', rate: '8/s' }], ...part },
  {
    name: 'curve',
    model: 'curve',
    points: [
      { at: '00:00', rate: '1/s' },
      { at: '00:01', rate: '9/s' },
    ],
    ...part,
  },
  { name: 'daily', model: 'daily', perDay: 400_000, ...part },
  { name: 'push', model: 'push', at: '00:00', recipients: 4_000, respond: '10%', median: '5s', sigma: 0.5, ...part },
  { name: 'appointed', model: 'appointed', moments: ['00:00:10'], each: 300, median: '1s', ...part },
  { name: 'shares', model: 'shares', rate: '5/s', branching: 0.3, mean: '1s', ...part },
  {
    name: 'recorded',
    model: 'recorded',
    times: Array.from({ length: 60 }, (_, s) => `00:00:${String(s).padStart(2, '0')}`),
    ...part,
  },
];

function day(traffic: ScenarioInput['traffic']): Scenario {
  return scenarioSchema.parse({
    name: 'crowd',
    day: { length: '1m' },
    fans: { followers: 5_000 },
    intents: { hello: { says: ['你好'], expect: { contains: '好' } } },
    traffic,
  });
}

describe('crowdTimes', () => {
  it.each(parts.map((one) => [one.model, one] as const))('%s: two and a half times the messages', (_, one) => {
    const scenario = day([one]);
    const before = makePlan(scenario).columns.length;
    const after = makePlan(crowdTimes(scenario, 2.5)).columns.length;
    // Poisson counts: five standard deviations of both.
    expect(Math.abs(after - 2.5 * before)).toBeLessThan(5 * Math.sqrt(2.5 * before) + 5 * 2.5 * Math.sqrt(before) + 1);
    expect(after).toBeGreaterThan(1.5 * before);
  });

  it('with a factor of 1 changes nothing, and what it gives is a scenario again', () => {
    const scenario = day(parts);
    expect(crowdTimes(scenario, 1)).toEqual(scenario);
    const half = crowdTimes(scenario, 0.5);
    expect(scenarioSchema.parse(encodeScenario(half))).toEqual(half);
    expect(half.fans.followers).toBe(2_500);
  });
});
