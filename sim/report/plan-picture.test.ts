import { expect, it } from 'vitest';
import { makePlan } from '../plan/plan.js';
import { scenarioSchema } from '../scenario/schema.js';
import { renderPlan } from './plan-picture.js';

it('keeps the digits of a low mean rate', () => {
  const scenario = scenarioSchema.parse({
    name: 'quiet',
    day: { length: '1h' },
    fans: { followers: 100 },
    intents: { hello: { says: ['你好'] } },
    traffic: [{ name: 'greetings', model: 'constant', rate: '900/h', sends: 'hello' }],
  });
  expect(renderPlan(scenario, makePlan(scenario))).toMatch(/peak .*; mean 0\.25\/s\n/);
});
