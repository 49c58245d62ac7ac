import { describe, expect, it } from 'vitest';
import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { idleSettings } from './idle-settings.js';

const day: Scenario = scenarioSchema.parse({
  name: 'idle',
  day: { length: '1h' },
  fans: { followers: 100 },
  intents: { hello: { says: ['你好'] } },
  traffic: [{ name: 'greetings', model: 'poisson', rate: '1/s', sends: 'hello' }],
});
const queue: Scenario = {
  ...day,
  queue: { servers: 4, work: { distribution: 'exponential', mean: 1, sigma: 0.5 }, first: [] },
};
const said = (scenario: Scenario, set: string[], varied: string[] = [], model?: string) =>
  idleSettings(scenario, { set, varied, model }).map(({ path, message }) => `${path} ${message}`);

describe('idleSettings', () => {
  it('refuses what a plain queue takes the place of, and says what it has instead', () => {
    const problems = said(
      queue,
      ['server.workers=3', 'server.order=fifo', 'fans.patience.median=2m'],
      ['server.workTime.mean', 'desk.people'],
      'model.json',
    );
    expect(problems).toEqual([
      expect.stringMatching(/^--model changes nothing, for a plain queue .*: say queue\.servers and queue\.work/),
      expect.stringMatching(/^--set server\.workers changes nothing.*: say queue\.servers$/),
      expect.stringMatching(/^--set server\.order .*: take it away$/),
      expect.stringMatching(/^--set fans\.patience\.median .*: say queue\.patience\.mean$/),
      expect.stringMatching(/^--vary server\.workTime\.mean .*: say queue\.work\.mean$/),
      expect.stringMatching(/^--vary desk\.people .*: say queue\.servers$/),
    ]);
  });

  it('takes what does play a part', () => {
    expect(said(queue, ['queue.servers=5', 'fans.followers=10', 'promise=2s'], ['queue.work.mean'])).toEqual([]);
    expect(said(day, ['server.workers=3', 'desk.people=2'], ['server.queue'], 'model.json')).toEqual([]);
  });

  it('refuses to set what is varied, by whatever name it goes', () => {
    expect(said(day, ['server.workers=3'], ['server.workers', 'server.queue'])).toEqual([
      '--vary server.workers it is set, too, and the range decides: take --set server.workers away, or --vary',
    ]);
    expect(said(day, ['traffic.0.rate=3/s'], ['traffic.greetings.rate'])).toHaveLength(1);
    expect(said(day, ['no way'], ['server.workers'])).toEqual([]);
  });
});
