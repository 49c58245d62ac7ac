/** The games of an account in a real run: `prizes`, its half hour in some seconds; the API tells who won what meanwhile. */
import { expect, it } from 'vitest';
import { newFolder, peakday, staffOrigin, start, summaryIn } from '../support/cli.js';

it('every fan gets the answer of the right game; prizes and rights are given out, each once', async () => {
  const out = newFolder();
  const run = start(['run', 'prizes', '--speed', '300', '--out', out, '--quiet'], {
    PEAKDAY_STAFF_TOKEN: 'a-staff-token',
  });
  const api = await run.saw(staffOrigin);
  const get = async (path: string) => {
    const response = await fetch(`${api}/api/v1${path}`, { headers: { authorization: 'Bearer a-staff-token' } });
    return (await response.json()) as { rows: { name: string; issued: number; number: number; openid: string }[] };
  };
  const issued = async () => (await get('/games')).rows.map(({ name, issued }) => `${name} ${issued}`);
  await expect.poll(issued, { timeout: 60_000, interval: 50 }).toEqual(['quiz 10', 'TV box 20', 'first phones 50']);
  for (const [game, count] of Object.entries({ quiz: 10, 'TV box': 20, 'first phones': 50 })) {
    const { rows } = await get(`/games/${encodeURIComponent(game)}/winners?limit=1000`);
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, at) => at + 1));
    expect(new Set(rows.map(({ openid }) => openid)).size).toBe(count);
  }
  await run.ended;
  const { outcomes, messages } = summaryIn(out);
  expect(messages.planned).toBe(2_330);
  expect(outcomes).toMatchObject({ wrong: 0, misaddressed: 0 });
});

it('a staff token that anybody could guess is refused, and the run ends', async () => {
  const { exitCode, stderr } = await peakday(['run', 'prizes', '--staff-token', 'short']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Take a staff token of at least 8 characters');
});
