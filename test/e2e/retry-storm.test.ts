import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../sim/measure/measures.js';
import { callbackUrl, newFolder, peakday, start, summaryIn } from '../support/cli.js';

const folder = newFolder();
const builtIn = readFileSync(new URL('../../scenarios/retry-storm.yaml', import.meta.url), 'utf8');

/** The built-in scenario, a third as long, as it stands or with the lines replaced that its comments name. */
async function played(name: string, cures: readonly string[]) {
  const shorter = builtIn.replace('length: 24s', 'length: 7s');
  const text = cures.reduce((text, cure) => text.replace(new RegExp(`\\S+ # CURE: (${cure})\\..*`), '$1'), shorter);
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  const out = join(folder, name);
  const { stdout } = await peakday(['run', file, '--out', out]);
  const { series } = JSON.parse(readFileSync(join(out, 'series.json'), 'utf8')) as { series: Series };
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
  const late = (counts: readonly number[]) => sum(counts.slice(Math.floor((series.length * 2) / 3)));
  const ended = late(series.settled);
  return {
    stdout,
    text,
    summary: summaryIn(out),
    droppedAtTheEnd: late(series.outcomes.dropped) / ended,
    postsAtTheEnd: 1 + late(series.retries) / ended,
    html: readFileSync(join(out, 'report.html'), 'utf8'),
  };
}

describe('a stall of a server at half its capacity', () => {
  it('becomes a retry storm that never ends, unless repeats and expired work are left out', async () => {
    const [storm, cured] = await Promise.all([played('storm', []), played('cured', ['true', 'drop-expired'])]);
    expect(cured.text).toContain('dedupe: true\n  order: drop-expired\n');

    expect(storm.summary.recovery).toMatchObject([{ after: 'stall', tookS: null, recoveredS: null }]);
    expect(storm.droppedAtTheEnd).toBeGreaterThan(0.9);
    expect(storm.postsAtTheEnd).toBeGreaterThan(2);
    const { retryStorm } = storm.summary.recovery[0]!;
    expect(retryStorm!.amplification).toBeGreaterThan(2.5);
    expect(retryStorm!.load).toBeLessThan(0.7);
    expect(retryStorm!.load! * retryStorm!.amplification).toBeGreaterThan(1);
    expect(storm.summary.gates.map(({ pass }) => pass)).toEqual([false, false, false, true]);
    expect(storm.stdout).toContain('not recovered');
    expect(storm.stdout.replace(/\s+/g, ' ')).toContain('the retries alone kept the server overloaded after “stall”');
    expect(storm.stdout).toMatch(/retry storm since stall: \d+ messages\/s, \d+ posts\/s \(×/);
    expect(storm.html).toContain('重投风暴');

    expect(cured.summary.recovery[0]!.tookS).toBeLessThan(4);
    expect(cured.summary.recovery[0]).not.toHaveProperty('retryStorm');
    expect(cured.droppedAtTheEnd).toBeLessThan(0.1);
    expect(cured.postsAtTheEnd).toBeLessThan(1.5);
    expect(cured.stdout).not.toContain('retry storm since');
    expect(cured.html).not.toContain('重投风暴');
  });
});

it('serve takes what it does about overload from its flags, and refuses what it does not know', async () => {
  const flags = ['--port', '0', '--workers', '4', '--work-time', '10ms', '--queue', 'auto', '--deadline', '2s'];
  const served = start(['serve', 'smoke', ...flags, '--order', 'fifo', '--no-dedupe'], { PEAKDAY_TOKEN: 'x' });
  const { origin } = new URL(await served.saw(callbackUrl));
  expect(await (await fetch(`${origin}/readyz`)).json()).toMatchObject({ ready: true, workers: 4, queue: 640 });
  served.child.kill('SIGTERM');
  expect((await served.ended).exitCode).toBe(0);
  for (const wrong of [
    ['--queue', 'some'],
    ['--order', 'lifo'],
    ['--deadline', '5'],
  ]) {
    const refused = await peakday(['serve', 'smoke', ...wrong], { PEAKDAY_TOKEN: 'x' });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining(wrong[1]!)]);
  }
});
