/** Ctrl-C on a day in virtual time: what was played until then is reported, and is true. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sleepMs } from '../../core/clock.js';
import { readParquet } from '../../sim/ledger/read-parquet.js';
import { summarySchema } from '../../sim/report/summary-schema.js';
import { newFolder, peakday, start, summaryIn } from '../support/cli.js';
import { smallScenario } from '../support/small-scenario.js';

const folder = newFolder();

/** Quickly planned and long to play: each fan goes on for twenty turns. */
function longDay(): string {
  const path = join(folder, 'long.yaml');
  writeFileSync(
    path,
    `name: long
day: { length: 24h }
fans: { followers: 100000 }
intents:
  unused: { says: ["?"] }
  chat: { says: ["几点开门？"], expect: { contains: "9:00" }, next: { send: chat } }
traffic:
  - { name: chats, model: poisson, total: 400000, sends: chat }
server:
  workTime: { mean: 10ms }
  answers:
    rules:
      - { name: hours, contains: ["几点"], reply: { text: "每天9:00开门" } }
`,
  );
  return path;
}

/** Everything waits for ten thousand people, who come at six and look for something to do after each message. */
function crowdedDesk(): string {
  const path = join(folder, 'crowded.yaml');
  writeFileSync(
    path,
    `name: crowded
day: { length: 24h }
fans: { followers: 100000 }
intents:
  unused: { says: ["?"] }
  ask: { says: ["有人吗"], expect: { kind: text } }
traffic:
  - { name: asked, model: poisson, total: 300000, sends: ask }
inbox: { capacity: 1000000 }
desk:
  shifts: [{ from: "18:00", to: "24:00", people: 10000 }]
  handling: { mean: 10s }
`,
  );
  return path;
}

describe('a day in virtual time, stopped on its way', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s: reports what was played, exit 105', async (signal) => {
    const out = join(folder, signal);
    const running = start(['simulate', longDay(), '--out', out, '--color=false']);
    await running.saw('warning:');
    await sleepMs(4_000);
    running.child.kill(signal);
    const { exitCode, stdout, stderr } = await running.ended;
    expect(stderr).toContain('stopping: nothing more is sent');
    expect(exitCode).toBe(105);
    expect(stdout).toContain('INTERRUPTED');
    const summary = summarySchema.parse(summaryIn(out));
    const { messages, outcomes, unsent, audit, notes } = summary;
    expect(summary.verdict).toMatchObject({ status: 'interrupted', exitCode: 105 });
    expect(notes.join()).toMatch(/the day was stopped at \d\d:\d\d:\d\d: what was under way went on to its end/);
    const ends = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    expect(audit).toMatchObject({ closed: true, expected: ends, accounted: ends });
    expect(messages.planned + messages.reactive).toBe(ends);
    expect(messages.planned).toBe(400_000);
    expect(outcomes.answered).toBeGreaterThan(1_000);
    expect(unsent.interrupted).toBeGreaterThan(1_000);
    // Nothing else was left unsent, nor given up because of the stop.
    expect(outcomes.answered + unsent.interrupted).toBe(ends);
    expect(readdirSync(out)).toContain('report.html');
    const ledger = await readParquet(join(out, 'ledger.parquet'), ends + 1);
    expect(ledger.length).toBe(ends);
  });

  it('a second one leaves at once, without a report, however long what is under way goes on', async () => {
    const out = join(folder, 'left');
    const running = start(['simulate', crowdedDesk(), '--out', out]);
    await running.saw('warning:');
    await sleepMs(4_000);
    running.child.kill('SIGINT');
    await running.saw('stopping');
    // One press may come as two signals: only what comes later is a second one.
    await sleepMs(600);
    running.child.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    expect(stderr).toContain('peakday: left at once, without a report\n');
    expect(exitCode).toBe(105);
    expect(existsSync(join(out, 'summary.json'))).toBe(false);
  });

  it('one before the day has begun leaves without a folder', async () => {
    const out = join(folder, 'early');
    const running = start(['simulate', longDay(), '--out', out]);
    await running.saw('warning:');
    running.child.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    expect(stderr).toContain('peakday: interrupted before anything was played\n');
    expect(exitCode).toBe(105);
    expect(existsSync(out)).toBe(false);
  });

  it('a comparison of a model with a run that is broken off leaves nothing', async () => {
    const out = join(folder, 'run');
    const model = join(folder, 'model.json');
    await peakday(['run', smallScenario(folder, 'short', { lengthS: 5, rate: '200/s' }), '--out', out]);
    await peakday(['calibrate', out, '--out', model]);
    const running = start(['validate', out, '--model', model, '--replications', '1000']);
    await sleepMs(3_000);
    running.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stdout]).toEqual([105, '']);
    expect(stderr).toBe('peakday: interrupted: nothing was compared, and nothing written\n');
    expect(existsSync(join(out, 'validation.json'))).toBe(false);
  });
});
