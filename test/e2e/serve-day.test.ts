/** `serve`: the day that moments of games count from, and flags that say nothing. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, start } from '../support/cli.js';

const folder = newFolder();
const scenario = join(folder, 'draw.yaml');
writeFileSync(
  scenario,
  `name: draw
day: { length: 1s }
fans: { followers: 10 }
intents: { ask: { says: [抽奖], expect: { contains: 恭喜 } } }
traffic: [{ name: all, model: poisson, total: 5, sends: ask }]
server:
  answers: { rules: [] }
  account: { lottery: { words: [抽奖], chance: 100%, prizes: 3, from: "20:00" } }
`,
);
const environment = { PEAKDAY_TOKEN: 'token', TZ: 'UTC' };

it('tells the day and the time zone, and keeps the day on its store', async () => {
  const words = ['serve', scenario, '--port', '0', '--store', `file:${join(folder, 'account.db')}`];
  const told = async (...more: string[]) => {
    const served = start([...words, ...more], environment);
    await served.saw('moments count from');
    served.child.kill('SIGTERM');
    return /midnight of (.*);/.exec((await served.ended).stdout)![1];
  };
  expect(await told('--day', '2020-02-29', '--timezone', 'Asia/Shanghai')).toBe('2020-02-29, Asia/Shanghai');
  expect(await told('--timezone', 'Asia/Shanghai')).toBe('2020-02-29, Asia/Shanghai');
  expect(await told('--day', '2020-03-01')).toBe('2020-03-01, UTC');
  for (const file of ['account.db', 'account.db-search']) {
    expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
  }
});

it('refuses flags that the scenario could not say, all at once', async () => {
  const wrong = ['--workers', '1.5', '--deadline', '0s', '--timezone', 'Peking', '--day', 'today'];
  const { exitCode, stderr } = await start(['serve', scenario, '--port', '0', ...wrong], environment).ended;
  expect(exitCode).toBe(2);
  for (const told of ['--workers 1.5', '--deadline is 0', '--timezone "Peking"', '--day "today"']) {
    expect(stderr).toContain(told);
  }
  for (const workers of ['0', '-3', '10001']) {
    const ended = await start(['serve', scenario, '--port', '0', `--workers=${workers}`], environment).ended;
    expect([ended.exitCode, ended.stderr]).toEqual([2, expect.stringContaining(`--workers ${workers} is no whole`)]);
  }
});
