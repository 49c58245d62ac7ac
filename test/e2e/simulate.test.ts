import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newFolder, peakday, summaryIn } from '../support/cli.js';

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

  it('fails by its gates as a run does, tells what it left out, and refuses what cannot be', async () => {
    const short = ['simulate', 'retry-storm', '--set', 'hooks=[{ at: "20:00:01", name: h, run: ["true"] }]'];
    const storm = await peakday([...short, '--out', newFolder(), '--color=false']);
    expect(storm.exitCode).toBe(99);
    expect(storm.stdout).toContain('hooks (1) are not called in virtual time');
    expect(storm.stdout).toContain('virtual time: the generator cannot be late');
    const cured = await peakday(['simulate', 'retry-storm', '--set', 'server.dedupe=true', '--out', newFolder()]);
    expect(cured.exitCode).toBe(0);
    const wrong = await peakday(['simulate', 'smoke', '--set', 'server.worker=3', '--set', 'desk.people=-1']);
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('--set server.worker');
    expect(wrong.stderr).toContain('--set desk.people');
  });
});
