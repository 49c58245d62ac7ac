import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { newFolder, peakday, start, summaryIn } from '../support/cli.js';
import { http, rawTarget, textReply } from '../support/raw-target.js';

const folder = newFolder();

/** A scenario file of its own, small and gentle: a noisy machine can still play it. */
function scenarioFile(name: string, over: { lengthS?: number; rate?: string; extra?: string } = {}): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
seed: 7
day: { length: ${over.lengthS ?? 2}s }
fans: { followers: 500 }
intents:
  hours: { says: ["几点开门？", "{name}问：开放时间"], expect: { contains: "9:00" } }
  order: { says: ["订单{order}"], expect: { contains: "{order}" } }
  join: { kind: subscribe, expect: { contains: "欢迎" } }
traffic:
  - { name: questions, model: poisson, rate: ${over.rate ?? '100/s'}, sends: { hours: 2, order: 1 } }
  - { name: joins, model: constant, rate: 5/s, sends: join }
server:
  answers:
    welcome: { text: "欢迎" }
    rules:
      - { name: hours, contains: ["几点", "开放"], reply: { text: "每天9:00开门" } }
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }
${over.extra ?? ''}`,
  );
  return path;
}

const out = (name: string) => join(folder, 'out', name);

/** Resolves when the threads write their rows: the play has been made ready. */
async function hasBegun(path: string): Promise<void> {
  while (!existsSync(join(path, 'spool-0.bin'))) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}

describe('a run against the reference server', () => {
  it('answers every message, closes its sums and leaves every file; the plan is the same for 1, 2 and 5 threads', async () => {
    const file = scenarioFile('plain', {
      extra: 'gates: ["dropped == 0", "answered.rate >= 100%", "misaddressed == 0"]\n',
    });
    const summaries = [];
    for (const threads of [1, 2, 5]) {
      const ended = await peakday(['run', file, '--threads', String(threads), '--out', out(`plain-${threads}`)]);
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

  it('finds the fans of a wrong-reply fault from the replies alone, and names them', async () => {
    const file = scenarioFile('wrong', {
      lengthS: 4,
      extra: `faults:
  - { do: wrong-reply, name: mix-up, at: "00:00:01", for: 2s, fans: 40, text: "活动已结束" }
gates: ["wrong == 0 outside errorWindow", "wrong == 40 during mix-up", "errorWindows == 1"]
`,
    });
    const { exitCode, stdout } = await peakday(['run', file, '--out', out('wrong')]);
    const summary = summaryIn(out('wrong'));
    expect(summary.outcomes.wrong).toBe(40);
    expect(summary.errorWindows).toMatchObject([{ fans: 40, wrong: 40 }]);
    expect(summary.errorWindows[0]!.fromS).toBeGreaterThan(0.9);
    expect(summary.errorWindows[0]!.toS).toBeLessThan(3.3);
    const rows = readFileSync(join(out('wrong'), 'affected-fans.csv'), 'utf8')
      .trim()
      .split('\r\n');
    expect(rows.length).toBe(41);
    expect(new Set(rows.slice(1).map((row) => row.split(',')[1])).size).toBe(40);
    for (const row of rows.slice(1)) expect(row).toContain('活动已结束');
    expect(stdout).toContain('40 fans');
    expect(exitCode).toBe(0);
  });

  it('shows a backlog that a stalled server builds and works off', async () => {
    const file = scenarioFile('stall', {
      lengthS: 5,
      extra: `faults:
  - { do: stall, at: "00:00:02", for: 1s }
`,
    });
    await peakday(['run', file, '--out', out('stall')]);
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
    expect(ended.stdout).toContain('40 fans');
    expect(readFileSync(join(out('wrong'), 'report.html'), 'utf8')).toBe(before);
  });
});

describe("a run against somebody else's server", () => {
  const served = start(['serve', scenarioFile('served'), '--port', '0'], { PEAKDAY_TOKEN: 'right-token' });
  afterAll(() => served.child.kill('SIGKILL'));
  const servedUrl = async () => {
    await served.saw('/wechat');
    return /http:\S+/.exec(await firstLine())![0];
  };
  let line = '';
  served.child.stdout?.on('data', (chunk) => {
    line += chunk;
  });
  const firstLine = async () => line;

  it('needs only its address and its token', async () => {
    const url = await servedUrl();
    const { exitCode } = await peakday(['run', scenarioFile('served'), '--target', url, '--out', out('served')], {
      PEAKDAY_TOKEN: 'right-token',
    });
    expect(exitCode).toBe(0);
    expect(summaryIn(out('served')).target).toEqual({ url, reference: false });
    for (const name of readdirSync(out('served'))) {
      if (name !== 'ledger.parquet')
        expect(readFileSync(join(out('served'), name), 'utf8')).not.toContain('right-token');
    }
  });

  it('exits 3 when the signature is refused, and sends nothing', async () => {
    const ended = await peakday([
      'run',
      scenarioFile('served'),
      '--target',
      await servedUrl(),
      '--token',
      'secret-7f3a',
      '--out',
      out('refused'),
    ]);
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain('refuses the signature (status 403)');
    expect(ended.stderr).not.toContain('secret-7f3a');
  });

  it('exits 3 when nobody is there', async () => {
    const ended = await peakday([
      'run',
      scenarioFile('served'),
      '--target',
      'http://127.0.0.1:9/wechat',
      '--token',
      'x',
      '--out',
      out('nobody'),
    ]);
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain('nothing listens there');
  });

  it('exits 3 when the address is no callback', async () => {
    const target = await rawTarget(() => {});
    const ended = await peakday([
      'run',
      scenarioFile('served'),
      '--target',
      target.url.replace('wechat', 'wechat?echostr=no'),
      '--token',
      'x',
      '--out',
      out('noecho'),
    ]);
    await target.close();
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toContain('echostr');
  });

  it('exits 2 for a public address without consent', async () => {
    const ended = await peakday([
      'run',
      scenarioFile('served'),
      '--target',
      'http://203.0.113.9/wechat',
      '--token',
      'x',
      '--out',
      out('public'),
    ]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('--allow-public');
  });

  it('a target that dies half-way: exit 99, refused counted, sums closed', async () => {
    let answered = 0;
    const target = await rawTarget((request) => {
      request.socket.write(
        http(
          textReply(
            request.message,
            '每天9:00开门，欢迎，订单'.concat(request.message?.kind === 'text' ? request.message.content : ''),
          ),
        ),
      );
      if (++answered === 100) setImmediate(() => void target.close());
    });
    const file = scenarioFile('dying', { extra: 'gates: ["dropped == 0"]\n' });
    const ended = await peakday(['run', file, '--target', target.url, '--token', 'x', '--out', out('dying')]);
    const summary = summaryIn(out('dying'));
    expect(ended.exitCode).toBe(99);
    expect(summary.audit.closed).toBe(true);
    expect(summary.outcomes.answered).toBeGreaterThanOrEqual(95);
    expect(summary.dropped.refused + summary.dropped.reset).toBe(summary.messages.planned - summary.outcomes.answered);
    expect(readFileSync(join(out('dying'), 'junit.xml'), 'utf8')).toContain('<failure');
  });

  it('an abort gate stops the run at once', async () => {
    const target = await rawTarget((request) => request.socket.write(http('oops', '500 Oops')));
    const file = scenarioFile('aborted', {
      lengthS: 60,
      extra: 'gates: [{ that: "dropped == 0", abort: { after: 1s } }]\n',
    });
    const ended = await peakday(['run', file, '--target', target.url, '--token', 'x', '--out', out('aborted')]);
    await target.close();
    const summary = summaryIn(out('aborted'));
    expect(ended.exitCode).toBe(99);
    expect(summary.durationS).toBeLessThan(20);
    expect(summary.unsent.interrupted).toBeGreaterThan(4_000);
    expect(summary.audit.closed).toBe(true);
    expect(readFileSync(join(out('aborted'), 'junit.xml'), 'utf8')).toContain('<failure');
    expect(summary.gates).toMatchObject([{ pass: false }]);
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
    const ended = await peakday(['run', file, '--window', '00:00:10-00:00:13', '--out', out('part')]);
    const summary = summaryIn(out('part'));
    expect(summary.scenario.window).toBe('00:00:10-00:00:13');
    expect(summary.outcomes.wrong).toBeGreaterThan(10);
    expect(summary.gates.map(({ expression, pass }) => [expression, pass])).toEqual([
      ['wrong == 0', false],
      ['answered > 10 during opening', true],
    ]);
    expect(summary.notes.join()).toContain('answered > 10 during closing');
    expect(ended.exitCode).toBe(99);
  });
});

describe('bad days', () => {
  it('Ctrl-C before the load: leaves, says so, exit 105', async () => {
    // Something to plan for a while; the warning shows that it is on its way.
    const extra = '  - { name: much, model: poisson, total: 3000000, sends: hours }\n';
    const file = scenarioFile('early', { lengthS: 60 });
    const text = readFileSync(file, 'utf8').replace('traffic:\n', `traffic:\n${extra}`);
    writeFileSync(file, text.replace('intents:\n', 'intents:\n  unused: { says: ["?"] }\n'));
    const running = start(['run', file, '--out', out('early')]);
    await running.saw('warning:');
    running.child.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    expect(stderr).toContain('peakday: interrupted before anything was sent\n');
    expect(exitCode).toBe(105);
    expect(existsSync(out('early'))).toBe(false);
  });

  it('a folder that is used again keeps nothing of the run before', async () => {
    mkdirSync(out('again'), { recursive: true });
    writeFileSync(join(out('again'), 'summary.json'), '{"green": true}');
    writeFileSync(join(out('again'), 'mine.txt'), 'mine');
    await peakday(['run', scenarioFile('again', { lengthS: 1 }), '--out', out('again')]);
    expect(summaryIn(out('again')).scenario.name).toBe('again');
    expect(readFileSync(join(out('again'), 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('Ctrl-C once: stops, reports what happened, exit 105', async () => {
    const running = start(['run', scenarioFile('stopped', { lengthS: 60 }), '--out', out('stopped')]);
    await hasBegun(out('stopped'));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    running.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    const summary = summaryIn(out('stopped'));
    expect(stderr).toContain('stopping');
    expect(exitCode).toBe(105);
    expect(stdout).toContain('INTERRUPTED');
    expect(summary.verdict).toMatchObject({ status: 'interrupted', exitCode: 105 });
    expect(summary.audit.closed).toBe(true);
    expect(summary.outcomes.answered).toBeGreaterThan(100);
    expect(summary.outcomes.answered + summary.unsent.interrupted).toBe(summary.messages.planned);
  });

  it('Ctrl-C twice: leaves at once', async () => {
    const target = await rawTarget(() => {});
    const running = start([
      'run',
      scenarioFile('left', { lengthS: 60 }),
      '--target',
      target.url,
      '--token',
      'x',
      '--out',
      out('left'),
    ]);
    await hasBegun(out('left'));
    running.child.kill('SIGINT');
    await running.saw('stopping');
    // One press may come as two signals: only what comes later is a second one.
    await new Promise((resolve) => setTimeout(resolve, 700));
    running.child.kill('SIGINT');
    const { exitCode } = await running.ended;
    await target.close();
    expect(exitCode).toBe(105);
    expect(existsSync(join(out('left'), 'summary.json'))).toBe(false);
  });

  it('a generator that could not keep up says so first and never passes: exit 97', async () => {
    const file = scenarioFile('overwhelmed', {
      extra: 'limits: { inFlight: 1, sockets: 1 }\nplatform: { deadline: 1s }\ngates: ["misaddressed == 0"]\n',
    });
    const target = await rawTarget((request) => setTimeout(() => request.socket.write(http('success')), 100));
    const ended = await peakday([
      'run',
      file,
      '--target',
      target.url,
      '--token',
      'x',
      '--threads',
      '1',
      '--out',
      out('overwhelmed'),
    ]);
    await target.close();
    expect(ended.exitCode).toBe(97);
    expect(ended.stdout.trimStart()).toMatch(/^! INSTRUMENT INVALID/);
    expect(summaryIn(out('overwhelmed')).unsent.limit).toBeGreaterThan(100);
  });

  it('a folder that cannot be written stops the run before it starts', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const ended = await peakday(['run', scenarioFile('nofolder'), '--out', join(folder, 'a-file', 'below')]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain('there is a file where a folder should be');
    expect(ended.stderr).toContain('--out');
  });

  it('a disk that fills up during the run: the summary is whole and true, the missing files are named, the exit is not green', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', disk]);
    if (mounted.status !== 0) return context.skip('mounting a small file system needs root');
    try {
      const ended = await peakday([
        'run',
        scenarioFile('full', { rate: '600/s' }),
        '--json',
        '--out',
        join(disk, 'run'),
      ]);
      const summary = JSON.parse(ended.stdout);
      expect(summary.audit).toMatchObject({ closed: true, expected: summary.messages.planned });
      expect(summary.outcomes.answered).toBe(summary.messages.planned);
      expect(summary.notes.join()).toContain('kept in memory');
      expect(ended.stderr).toContain('no space left on the device');
      expect(ended.exitCode).toBe(1);
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});

it('takes its flags from the environment, each command its own, and leaves tokens as they are', async () => {
  const checked = await peakday(['check', '--brief', 'smoke'], {
    PEAKDAY_TARGET: 'http://127.0.0.1:1/',
    PEAKDAY_SPEED: '2',
  });
  expect(checked.exitCode).toBe(0);
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
  let line = '';
  served.child.stdout?.on('data', (chunk) => {
    line += chunk;
  });
  await served.saw('/wechat');
  const url = /http:\S+/.exec(line)![0];
  const ran = await peakday(
    ['run', scenarioFile('numeric', { lengthS: 1 }), '--target', url, '--out', out('numeric')],
    environment,
  );
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
