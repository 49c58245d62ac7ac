import { expect, it } from 'vitest';
import { UserError } from '../../core/problem.js';
import { loadScenario } from './load.js';
import { parseSettings, withSettings } from './settings.js';

it('puts values in their places, and leaves the document as it was', () => {
  const document = { server: { workers: 1, queue: 5 }, traffic: [{ total: 1 }, { total: 2 }] };
  const settings = parseSettings(['server.workers=8', 'traffic.1.total=3', 'desk.people=4', 'platform.gaps=[0s, 1m]']);
  expect(withSettings(document, settings)).toEqual({
    server: { workers: 8, queue: 5 },
    traffic: [{ total: 1 }, { total: 3 }],
    desk: { people: 4 },
    platform: { gaps: ['0s', '1m'] },
  });
  expect(document.server.workers).toBe(1);
});

it('tells everything that is no setting', () => {
  const parse = () => parseSettings(['server.workers', '.a=1', 'a.__proto__.b=1', 'a=[1']);
  expect(parse).toThrow(UserError);
  expect(parse).toThrow(/server\.workers" is not a setting[\s\S]*\.a[\s\S]*__proto__[\s\S]*cannot be read/);
});

it('says of a wrong value that it was set, not where the file has another', async () => {
  await expect(loadScenario('smoke', { set: ['server.workers=many'] })).rejects.toThrow(/^--set server\.workers — /);
  const { scenario } = await loadScenario('smoke', { set: ['server.workers=3', 'promise=2s'] });
  expect([scenario.server.workers, scenario.promise]).toEqual([3, 2]);
});
