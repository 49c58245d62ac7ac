import { describe, expect, it } from 'vitest';
import { UserError } from '../../core/problem.js';
import { loadScenario } from './load.js';
import { parseSetting, type Setting, withSettings } from './setting.js';

function settings(...texts: string[]): Setting[] {
  return texts.map((text) => {
    const parsed = parseSetting(text);
    if (typeof parsed === 'string') throw new Error(parsed);
    return parsed;
  });
}

async function problemsOf(...texts: string[]): Promise<string[]> {
  try {
    await loadScenario('smoke', { set: texts });
    return [];
  } catch (error) {
    return error instanceof UserError ? error.message.split('\n') : [String(error)];
  }
}

describe('parseSetting', () => {
  it('reads the value as the file would', () => {
    expect(parseSetting('server.workers=8')).toEqual({ name: 'server.workers', value: 8 });
    expect(parseSetting('server.workTime.mean = 20ms')).toEqual({ name: 'server.workTime.mean', value: '20ms' });
    expect(parseSetting('fans.patience={ median: 10s }')).toMatchObject({ value: { median: '10s' } });
  });

  it.each(['server.workers', '=8', 'a..b=1', '__proto__.x=1', 'a=[1'])('refuses %s in words', (text) => {
    expect(parseSetting(text)).toEqual(expect.any(String));
  });
});

describe('settings in a scenario', () => {
  it('change what they name and nothing else, lists by number and by name', async () => {
    const plain = (await loadScenario('quiz')).scenario;
    const { scenario } = await loadScenario('quiz', {
      set: ['server.workers=8', 'traffic.answers.each=90000', 'traffic.1.total=1000', 'fans.patience.median=10s'],
    });
    expect(scenario.server).toEqual({ ...plain.server, workers: 8 });
    expect(scenario.traffic[0]).toEqual({ ...plain.traffic[0], each: 90_000 });
    expect(scenario.traffic[1]).toEqual({ ...plain.traffic[1], total: 1_000 });
    expect(scenario.fans.patience).toEqual({ ...plain.fans.patience, median: 10 });
  });

  it('leave what they were given alone', () => {
    const input = { server: { workers: 1 } };
    expect(withSettings(input, settings('server.workers=8')).input).toEqual({ server: { workers: 8 } });
    expect(input).toEqual({ server: { workers: 1 } });
  });

  it('tell all that is wrong at once, by the words of the command line', async () => {
    const problems = await problemsOf(
      'server.wokers=8',
      'server.workTime.mean=20',
      'traffic.greetigns.rate=3/s',
      'server.queue=-1',
    );
    expect(problems).toHaveLength(4);
    expect(problems.join('\n')).toMatch(/--set server\.wokers.*did you mean "workers"/);
    expect(problems.join('\n')).toMatch(/--set server\.workTime\.mean .*20 is not a duration/);
    expect(problems.join('\n')).toMatch(/there is no "greetigns" in traffic/);
    expect(problems.join('\n')).toMatch(/--set server\.queue/);
  });

  it('are held to the rules across fields too', async () => {
    expect((await problemsOf('day.length=1s')).length).toBeGreaterThan(0);
  });
});
