import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callbackUrl, newFolder, peakday, start, summaryIn, undisturbed } from '../support/cli.js';
import { type SmallScenario, smallScenario } from '../support/small-scenario.js';

const folder = newFolder();
const scenarioFile = (name: string, over?: SmallScenario) => smallScenario(folder, name, over);
const out = (name: string) => join(folder, 'out', name);

describe('a run against the reference server', () => {
  it('answers every message, closes its sums and leaves every file; the plan is the same for 1, 2 and 5 threads', async () => {
    const file = scenarioFile('plain', {
      extra: 'gates: ["dropped == 0", "answered.rate >= 100%", "misaddressed == 0"]\n',
    });
    const summaries = [];
    for (const threads of [1, 2, 5]) {
      const words = ['run', file, '--threads', String(threads), '--out', out(`plain-${threads}`)];
      const ended = await undisturbed(() => peakday(words));
      expect(ended.stderr).toBe('');
      expect(ended.exitCode).toBe(0);
      expect(ended.stdout).toContain('✓ PASS');
      summaries.push(summaryIn(out(`plain-${threads}`)));
    }
    for (const summary of summaries) {
      expect(summary.scenario.planDigest).toBe(summaries[0]!.scenario.planDigest);
      expect(summary.outcomes).toEqual({ ...summaries[0]!.outcomes, answered: summary.messages.planned, dropped: 0 });
      expect(summary.audit).toMatchObject({ closed: true, expected: summary.messages.planned });
      expect(summary.messages.attempts).toBe(summary.messages.planned);
      expect(summary.verdict).toMatchObject({ status: 'pass', exitCode: 0 });
    }
    const files = readdirSync(out('plain-2')).sort();
    expect(files).toEqual([
      'affected-fans.csv',
      'environment.json',
      'junit.xml',
      'ledger.parquet',
      'report.html',
      'scenario.json',
      'series.json',
      'summary.json',
      'summary.md',
    ]);
  });

  it('its scenario.json is a scenario again, with the same plan', async () => {
    const again = await peakday(['check', '--brief', join(out('plain-1'), 'scenario.json')]);
    expect(again.stdout).toContain(summaryIn(out('plain-1')).scenario.planDigest);
  });

  it('its ledger can be queried, one row a message', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const reader = await connection.runAndReadAll(
      `SELECT outcome, count(*)::INTEGER AS n FROM '${join(out('plain-1'), 'ledger.parquet')}' GROUP BY outcome`,
    );
    expect(reader.getRowObjects()).toEqual([{ outcome: 'answered', n: summaryIn(out('plain-1')).messages.planned }]);
  });

  const mixUp = (name: string, gates: string) =>
    scenarioFile(name, {
      lengthS: 4,
      extra: `faults:
  - { do: wrong-reply, name: mix-up, at: "00:00:01", for: 2s, fans: 40, text: "活动已结束" }
gates: [${gates}]
`,
    });

  it('finds a wrong-reply fault as one window with all its fans where no machine can halt: in virtual time', async () => {
    const gates = '"wrong == 0 outside errorWindow", "wrong == 40 during mix-up", "errorWindows == 1"';
    const { exitCode, stdout } = await peakday(['simulate', mixUp('exact', gates), '--out', out('exact')]);
    expect(summaryIn(out('exact')).errorWindows).toMatchObject([{ fans: 40, wrong: 40 }]);
    expect(stdout).toContain('40 fans');
    expect(exitCode).toBe(0);
  });

  it('finds the fans of a wrong-reply fault from the replies alone, and names them', async () => {
    const file = mixUp('wrong', '"wrong == 40", "errorWindows >= 1"');
    const { exitCode, stdout } = await undisturbed(() => peakday(['run', file, '--out', out('wrong')]));
    const summary = summaryIn(out('wrong'));
    expect(summary.outcomes.wrong).toBe(40);
    // One window with all of them; on a machine that halts meanwhile, several, and a few wrong replies beside them.
    const windows = summary.errorWindows;
    expect(windows.reduce((sum, { wrong }) => sum + wrong, 0)).toBeGreaterThan(20);
    for (const { fans, wrong } of windows) expect(fans).toBe(wrong);
    expect(windows[0]!.fromS).toBeGreaterThan(0.5);
    expect(windows.at(-1)!.toS).toBeLessThan(3.3);
    const rows = readFileSync(join(out('wrong'), 'affected-fans.csv'), 'utf8')
      .trim()
      .split('\r\n');
    expect(rows.length).toBe(41);
    expect(new Set(rows.slice(1).map((row) => row.split(',')[1])).size).toBe(40);
    for (const row of rows.slice(1)) expect(row).toContain('活动已结束');
    expect(stdout).toContain(`${windows[0]!.fans} fans`);
    expect(exitCode).toBe(0);
  });

  it('shows a backlog that a stalled server builds and works off', async () => {
    const file = scenarioFile('stall', {
      lengthS: 5,
      extra: `faults:
  - { do: stall, at: "00:00:02", for: 1s }
`,
    });
    await undisturbed(() => peakday(['run', file, '--out', out('stall')]));
    const summary = summaryIn(out('stall'));
    expect(summary.backlog.peak).toBeGreaterThan(60);
    expect(summary.backlog.peakAtS).toBeGreaterThan(2.5);
    expect(summary.backlog.peakAtS).toBeLessThan(3.6);
    expect(summary.latencyMs.response.max).toBeGreaterThan(900);
    expect(summary.latencyMs.response.max).toBeLessThan(1_600);
    expect(summary.recovery).toMatchObject([{ after: 'stall', type: 'fault' }]);
    expect(summary.outcomes.dropped).toBe(0);
  });

  it('renders its reports again, byte for byte', async () => {
    const before = readFileSync(join(out('wrong'), 'report.html'), 'utf8');
    const ended = await peakday(['report', out('wrong')]);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain(`${summaryIn(out('wrong')).errorWindows[0]!.fans} fans`);
    expect(readFileSync(join(out('wrong'), 'report.html'), 'utf8')).toBe(before);
  });
});
describe('a part of the day', () => {
  it('plays the rest of a fault and of a phase that have begun before it, and leaves out the gates it holds nothing for', async () => {
    const file = scenarioFile('part', {
      lengthS: 60,
      extra: `phases: [{ name: opening, from: "00:00:00", to: "00:00:30" }, { name: closing, from: "00:00:50", to: "00:01:00" }]
faults:
  - { do: wrong-reply, at: "00:00:05", for: 30s, fans: 200, text: "活动已结束" }
gates: ["wrong == 0", "answered > 10 during opening", "answered > 10 during closing"]
`,
    });
    const words = ['run', file, '--window', '00:00:10-00:00:13', '--out', out('part')];
    const ended = await undisturbed(() => peakday(words));
    const summary = summaryIn(out('part'));
    expect(summary.scenario.window).toBe('00:00:10-00:00:13');
    expect(summary.outcomes.wrong).toBeGreaterThan(10);
    expect(summary.gates.map(({ expression, pass }) => [expression, pass])).toEqual([
      ['wrong == 0', false],
      ['answered > 10 during opening', true],
    ]);
    expect(summary.gatesSetAside).toMatchObject([{ expression: 'answered > 10 during closing', why: 'window' }]);
    expect(ended.exitCode).toBe(99);
  });
});

it('takes its flags from the environment, each command its own, and leaves tokens as they are', async () => {
  const checked = await peakday(['check', '--brief', 'smoke'], {
    PEAKDAY_TARGET: 'http://127.0.0.1:1/',
    PEAKDAY_SPEED: '2',
    PEAKDAY_SEEED: '3',
  });
  expect(checked.exitCode).toBe(0);
  expect(checked.stderr).toBe('warning: PEAKDAY_SEEED is set, and nothing reads it; did you mean PEAKDAY_SEED?\n');
  expect(checked.stdout).toContain('at speed 2');
  const environment = { PEAKDAY_TOKEN: '0012345678901234567890', PEAKDAY_CONTROL_TOKEN: '007' };
  // Nobody listens there: that it is said shows that the address and the token were taken.
  const probed = await peakday(['probe', 'smoke'], {
    PEAKDAY_TARGET: 'http://127.0.0.1:9/wechat',
    PEAKDAY_TOKEN: '007',
  });
  expect(probed.stderr).toContain('cannot reach http://127.0.0.1:9/wechat');
  expect(probed.exitCode).toBe(3);
  const served = start(['serve', scenarioFile('numeric'), '--port', '0'], environment);
  const url = await served.saw(callbackUrl);
  const words = ['run', scenarioFile('numeric', { lengthS: 1 }), '--target', url, '--out', out('numeric')];
  const ran = await undisturbed(() => peakday(words, environment));
  served.child.kill('SIGTERM');
  await served.ended;
  expect(ran.exitCode).toBe(0);
});
describe('wrong usage: exit 2, what is wrong, where, and what to write instead', () => {
  it.each([
    [['run'], 'a word is missing: peakday run <scenario>'],
    [['run', 'smoke', '--sped', '2'], 'there is no flag --sped; did you mean --speed?'],
    [['rnu', 'smoke'], 'did you mean "run"?; there are run, simulate'],
    [['run', 'florland'], 'did you mean'],
    [['check', 'README.md'], 'README.md — is not a scenario; its name ends in one of'],
    [['run', 'smoke', '--speed', '0'], '--speed'],
    [['run', 'smoke', '--threads', '0'], '--threads 0 is not a whole number'],
    [['run', 'smoke', '--window', '25:00-26:00'], '--window "25:00-26:00" is not a span'],
    [['run', 'smoke', '--target', 'localhost:80', '--token', 'x'], 'is not an address like'],
    [['run', 'smoke', '--target', 'http://127.0.0.1:80'], '--token or PEAKDAY_TOKEN'],
    [['serve', '--port', '0'], '--token or PEAKDAY_TOKEN'],
    [['serve', 'webhook', '--token', 'x', '--port', '0'], 'the reference server only WeChat'],
    [['report', '/nowhere'], 'is no run folder'],
    [[], 'say a command'],
  ])('%j', async (words, says) => {
    const ended = await peakday(words);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/ at .*\.js:/);
    expect(ended.exitCode).toBe(2);
  });

  it('all flags at once, and a wrong value of the environment by its name', async () => {
    const ended = await peakday(['run', 'smoke', '--speed', '0', '--threads', '0', '--target', 'x', '--token', 'y']);
    for (const says of ['--speed', '--threads 0', '--target "x"']) expect(ended.stderr).toContain(says);
    expect(ended.exitCode).toBe(2);
    const { stderr, exitCode } = await peakday(['run', 'smoke'], { PEAKDAY_SPEED: 'fast' });
    expect(stderr).toContain('PEAKDAY_SPEED takes one number');
    expect(exitCode).toBe(2);
  });

  it('all problems of a scenario at once, with file, line and column', async () => {
    const path = join(folder, 'bad.yaml');
    writeFileSync(
      path,
      'name: bad\nday: { length: 24 }\nfans: { folowers: 3 }\nintents: {}\ntraffic:\n  - { name: a, model: constant, rate: 5, sends: nothing }\n',
    );
    const ended = await peakday(['check', path]);
    expect(ended.exitCode).toBe(2);
    for (const place of ['bad.yaml:2:', 'bad.yaml:3:', 'bad.yaml:6:']) expect(ended.stderr).toContain(place);
  });
});
