import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { describe, expect, it } from 'vitest';
import { sleepMs } from '../../core/clock.js';
import { drawFanPools } from '../../sim/plan/fan-book.js';
import { makePlan } from '../../sim/plan/plan.js';
import { scenarioSchema } from '../../sim/scenario/schema.js';
import { simulate } from '../../sim/virtual/simulate.js';
import { newFolder, peakday, start, summaryIn } from '../support/cli.js';

describe('peakday simulate', () => {
  it('plays the theme park with its people and its inbox at true speed, and leaves a folder like a run', async () => {
    const folder = newFolder();
    const words = ['simulate', 'floraland', '--out', folder, '--set', 'desk.corrections.from=18:00', '--json'];
    const { exitCode, stdout, stderr } = await peakday(words);
    expect([exitCode, stderr]).toEqual([0, '']);
    const summary = summaryIn(folder);
    expect(JSON.parse(stdout)).toEqual(summary);
    expect(summary).toMatchObject({
      kind: 'simulate',
      scenario: { speed: 1 },
      target: { url: 'virtual time' },
      verdict: { status: 'pass' },
      messages: { planned: 231_539 },
      outcomes: { wrong: 500 },
      instrument: { status: 'VALID' },
    });
    expect(summary.traceHash).toMatch(/^[0-9a-f]{16}$/);
    const { inbox, messages, corrections } = summary.desk!;
    expect(inbox).toMatchObject({ capacity: 40_000, entered: 173_734, overwritten: 133_734 });
    // Who starts at six no longer finds most of them.
    expect(corrections!.wrong).toBe(500);
    expect(corrections!.lost).toBeGreaterThan(250);
    expect(corrections!.corrected).toBe(summary.corrected);
    expect(corrections!.corrected + corrections!.lost).toBe(500);
    // The other fans' questions drowned.
    expect(messages.answered / messages.asked).toBeLessThan(0.15);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['ledger.parquet', 'report.html', 'affected-fans.csv']));
  });

  it('has the same trace on any thread', async () => {
    const scenario = scenarioSchema.parse({
      name: 'any-thread',
      day: { length: '5s' },
      fans: { followers: 100 },
      intents: { hello: { says: ['你好'], expect: { contains: '您好' } } },
      traffic: [{ name: 'greetings', model: 'poisson', rate: '50/s', sends: 'hello' }],
      server: {
        workers: 1,
        workTime: { distribution: 'exponential', mean: '15ms' },
        answers: { rules: [{ name: 'hello', contains: ['你好'], reply: { text: '您好' } }] },
      },
    });
    const pools = await drawFanPools(1, 'gh_peakday');
    const filename = new URL('../../dist/sim/planning/replication-worker.js', import.meta.url).href;
    const threads = new Piscina({ filename, name: 'replicate', minThreads: 2, maxThreads: 2, workerData: pools });
    const task = { scenario, thresholds: [], plan: undefined, window: undefined };
    const [one, other] = await Promise.all([threads.run(task), threads.run(task)]);
    await threads.destroy();
    const here = simulate({ scenario, plan: makePlan(scenario), pools });
    expect([one.traceHash, other.traceHash]).toEqual([here.facts.traceHash, here.facts.traceHash]);
  });

  it('keeps the days so far when it is broken off', async () => {
    const out = newFolder();
    const startMs = performance.now();
    const running = start(['simulate', 'retry-storm', '--replications', '1000', '--out', out, '--color=false']);
    await running.saw('playing 1000 days');
    // Nothing is told of single days without a terminal. A busy machine is as slow with two more as it was with the first.
    await sleepMs(Math.max(3_000, 2 * (performance.now() - startMs)));
    running.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    expect(exitCode).toBe(105);
    expect(stderr).toContain('stopping: writing the days so far');
    expect(stdout).toMatch(/Broken off: these are the \d+ days until then/);
    const { replications, interrupted } = JSON.parse(readFileSync(join(out, 'replications.json'), 'utf8'));
    expect(interrupted).toBe(true);
    expect(replications).toBeGreaterThanOrEqual(2);
    expect(replications).toBeLessThan(1_000);
    expect(readdirSync(out)).toContain('summary.json');
  });

  it('fails by its gates as a run does, tells what it left out, and refuses what cannot be', async () => {
    const short = ['simulate', 'retry-storm', '--set', 'hooks=[{ at: "20:00:01", name: h, run: ["true"] }]'];
    const storm = await peakday([...short, '--out', newFolder(), '--color=false']);
    expect(storm.exitCode).toBe(99);
    expect(storm.stdout).toContain('hooks (1) are not called in virtual time');
    expect(storm.stdout).toContain('virtual time: the generator cannot be late');
    const out = newFolder();
    const days = ['--replications', '3', '--precision', '50%', '--quiet', '--out', out];
    const cured = await peakday(['simulate', 'retry-storm', '--set', 'server.dedupe=true', ...days, '--color=false']);
    expect(cured.exitCode).toBe(0);
    expect(cured.stderr).not.toContain('playing');
    expect(cured.stdout).toMatch(/REPLICATIONS\n.*mean of 3 days ± 95% interval[\s\S]*p99\(response\) .* ± /);
    expect(JSON.parse(readFileSync(join(out, 'replications.json'), 'utf8'))).toMatchObject({ replications: 3 });
    const wrong = await peakday(['simulate', 'smoke', '--set', 'server.worker=3', '--set', 'desk.people=-1']);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('--set server.worker');
    expect(wrong.stderr).toContain('--set desk.people');
  });
});
