import { describe, expect, it } from 'vitest';
import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { originNotes, type RunOrigin, referenceSettings, referenceTarget } from './model-origin.js';

function scenario(name: string, workers: number): Scenario {
  return scenarioSchema.parse({
    name,
    day: { length: '1m' },
    fans: { followers: 10 },
    intents: { hello: { says: ['hello'] } },
    traffic: [{ name: 'hellos', model: 'poisson', rate: '1/s', sends: 'hello' }],
    server: { workers, answers: { rules: [{ name, contains: ['hello'], reply: { text: name } }] } },
  });
}

const seen = {
  ...{ folder: 'runs/calm', scenario: 'steady', planDigest: 'ab', target: referenceTarget },
  ...{ startedAt: '2026-01-01T00:00:00Z', messages: 900, ratePerS: 9, load: 0.3, leftOut: null },
};
const model = { seen: [seen], reference: referenceSettings(scenario('steady', 3)) };
const notes = (change: Partial<RunOrigin>) =>
  originNotes(model, {
    ...{ folder: 'runs/full', scenario: scenario('steady', 3), planDigest: 'cd' },
    ...{ startedAt: '2026-01-02T00:00:00Z', target: referenceTarget },
    ...change,
  });

describe('originNotes', () => {
  it('says nothing of another run of the same server', () => expect(notes({})).toEqual([]));

  it('knows the very run, its copy in another folder, and another run of the same plan', () => {
    const { planDigest, startedAt } = seen;
    expect(notes({ folder: 'runs/calm' })).toEqual([expect.stringMatching(/this very run/)]);
    expect(notes({ planDigest, startedAt })).toEqual([expect.stringMatching(/this very run/)]);
    expect(notes({ planDigest })).toEqual([expect.stringMatching(/same plan \(runs\/calm\)/)]);
  });

  it('knows another server by its address, by its settings, and another scenario by its name', () => {
    expect(notes({ target: 'http://127.0.0.1:9/' })).toEqual([
      expect.stringMatching(/another server: the run was against http.*, the model is of the reference server/),
    ]);
    expect(notes({ scenario: scenario('smoke', 5) })).toEqual([
      expect.stringMatching(/another server: .*\(server\.workers 5, there 3\)/),
      expect.stringMatching(/of the scenario smoke, the model was made from steady/),
    ]);
  });

  it('asks nothing of a model of an older version', () => {
    const run = {
      folder: 'a',
      scenario: scenario('steady', 5),
      planDigest: 'cd',
      startedAt: '',
      target: referenceTarget,
    };
    expect(originNotes({ seen: [seen], reference: undefined }, run)).toEqual([]);
  });
});
