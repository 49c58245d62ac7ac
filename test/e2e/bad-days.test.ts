import { type ChildProcess, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, newFolder, peakday, start, summaryIn, undisturbed } from '../support/cli.js';
import { http, rawTarget, textReply } from '../support/raw-target.js';
import { type SmallScenario, smallScenario } from '../support/small-scenario.js';

const folder = newFolder();
const scenarioFile = (name: string, over?: SmallScenario) => smallScenario(folder, name, over);
const out = (name: string) => join(folder, 'out', name);

/** Answers all rightly at once; `haveBeenAnswered` resolves at the two hundredth. */
async function answeringTarget() {
  let asked = 0;
  let goOn = () => {};
  const haveBeenAnswered = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const target = await rawTarget(({ message, socket }) => {
    const order = message?.kind === 'text' ? message.content : '';
    socket.write(http(textReply(message, `每天9:00开门，欢迎，订单${order}`)));
    if (++asked === 200) goOn();
  });
  return { target, haveBeenAnswered, asked: () => asked };
}

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

  it.each(['run', 'simulate', 'probe'])(
    '%s refuses a folder with files of the user, and touches none',
    async (command) => {
      const place = out(`mine-${command}`);
      mkdirSync(place, { recursive: true });
      for (const name of ['plan.md', 'scenario.json', 'summary.json'])
        writeFileSync(join(place, name), '{"mine": true}');
      const { exitCode, stderr, stdout } = await peakday([
        command,
        scenarioFile('mine', { lengthS: 1 }),
        '--out',
        place,
      ]);
      expect(stderr).toContain(`${join(place, 'plan.md')}, ${join(place, 'scenario.json')}`);
      expect(stderr).toContain('Say a folder that is new');
      expect(stdout).toBe('');
      expect(exitCode).toBe(2);
      expect(readdirSync(place)).toEqual(['plan.md', 'scenario.json', 'summary.json']);
      expect(readFileSync(join(place, 'summary.json'), 'utf8')).toBe('{"mine": true}');
    },
  );

  it('a folder another run writes to is refused, and that run loses nothing', async () => {
    const file = scenarioFile('shared', { lengthS: 4 });
    const first = start(['run', file, '--out', out('shared'), '--threads', '1']);
    await expect.poll(() => existsSync(join(out('shared'), 'spool-0.bin')), { timeout: 20_000 }).toBe(true);
    const second = await peakday(['run', file, '--out', out('shared')]);
    expect(second.stderr).toContain(`is in use by another peakday, process ${first.child.pid}, since`);
    expect(second.exitCode).toBe(2);
    await first.ended;
    const { audit, messages } = summaryIn(out('shared'));
    expect(audit).toMatchObject({ closed: true, accounted: messages.planned });
    expect(readdirSync(out('shared'))).not.toContain('peakday.lock');
  });

  it('Ctrl-C once: stops, reports what happened, exit 105', async () => {
    const { target, haveBeenAnswered } = await answeringTarget();
    const file = scenarioFile('stopped', { lengthS: 60 });
    const running = start(['run', file, '--target', target.url, '--token', 'x', '--out', out('stopped')]);
    await haveBeenAnswered;
    running.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    await target.close();
    const summary = summaryIn(out('stopped'));
    expect(stderr).toContain('stopping');
    expect(exitCode).toBe(105);
    expect(stdout).toContain('INTERRUPTED');
    expect(summary.verdict).toMatchObject({ status: 'interrupted', exitCode: 105 });
    expect(summary.audit.closed).toBe(true);
    expect(summary.outcomes.answered).toBeGreaterThan(100);
    expect(summary.outcomes.answered + summary.unsent.interrupted).toBe(summary.messages.planned);
  });

  it('a second signal, and a first SIGTERM after five seconds: what hangs is not waited for, and the report is written', async () => {
    const hanging = async (name: string, onReached: (child: ChildProcess) => void) => {
      let reached = () => {};
      const wasReached = new Promise<void>((resolve) => {
        reached = resolve;
      });
      let asked = 0;
      const target = await rawTarget(() => ++asked === 20 && reached());
      const file = scenarioFile(name, { lengthS: 60 });
      const running = start(['run', file, '--target', target.url, '--token', 'x', '--out', out(name)]);
      await wasReached;
      const signalledMs = Date.now();
      onReached(running.child);
      const { exitCode, stdout } = await running.ended;
      await target.close();
      const { verdict, audit, outcomes, unsent, messages, notes } = summaryIn(out(name));
      expect(exitCode).toBe(105);
      expect(stdout).toContain('INTERRUPTED');
      expect(verdict).toMatchObject({ status: 'interrupted', exitCode: 105 });
      expect(audit).toMatchObject({ closed: true, accounted: messages.planned });
      expect(outcomes.unsent).toBe(messages.planned);
      expect(unsent.interrupted).toBe(messages.planned);
      const [, posted] = /^(\d+) messages had been posted and had no end yet/m.exec(notes.join('\n')) ?? [];
      expect(Number(posted)).toBeGreaterThanOrEqual(20);
      return Date.now() - signalledMs;
    };
    const [twiceMs, termMs] = await Promise.all([
      hanging('hung-up', (child) => {
        child.kill('SIGHUP');
        // One press may come as two signals: only what comes later is a second one.
        setTimeout(() => child.kill('SIGTERM'), 700);
      }),
      hanging('docker-stop', (child) => child.kill('SIGTERM')),
    ]);
    // All three posts would be waited for 15 s.
    expect(twiceMs).toBeLessThan(10_000);
    expect(termMs).toBeGreaterThan(5_000);
    expect(termMs).toBeLessThan(14_000);
  });

  it('a run that is killed loses a second at the most: its report is made from the rows it had written', async () => {
    const { target, haveBeenAnswered, asked } = await answeringTarget();
    const file = scenarioFile('killed', { lengthS: 60 });
    const words = ['--target', target.url, '--token', 'x', '--window', '00:00:05-00:00:55', '--out', out('killed')];
    const running = start(['run', file, ...words]);
    await haveBeenAnswered;
    // All that was answered by now is on the disk a second later.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const early = await peakday(['report', out('killed')]);
    expect(early.stderr).toContain('its run is going on');
    running.child.kill('SIGKILL');
    await running.ended;
    await target.close();
    const { exitCode, stdout } = await peakday(['report', out('killed')]);
    expect(stdout).toContain('INTERRUPTED');
    expect(exitCode).toBe(0);
    const summary = summaryIn(out('killed'));
    expect(summary.audit).toMatchObject({ closed: true, accounted: summary.messages.planned });
    expect(summary.outcomes.answered).toBeGreaterThanOrEqual(200);
    expect(summary.outcomes.answered).toBeLessThanOrEqual(asked());
    expect(summary.outcomes.answered + summary.unsent.interrupted).toBe(summary.messages.planned);
    expect(summary.notes.join()).toContain('was killed');
    expect(summary.scenario.window).toBe('00:00:05-00:00:55');
    expect(readdirSync(out('killed'))).toContain('ledger.parquet');
    expect(readdirSync(out('killed')).join()).not.toMatch(/spool|begun|lock/);
  });

  describe('a generator that could not keep up, in a folder that is used again', () => {
    let ended: Ended;
    beforeAll(async () => {
      mkdirSync(out('overwhelmed'), { recursive: true });
      writeFileSync(join(out('overwhelmed'), 'summary.json'), '{\n  "schema": "peakday.summary/1",\n  "green": true }');
      writeFileSync(join(out('overwhelmed'), 'spool-7.bin'), 'of a run that died');
      const file = scenarioFile('overwhelmed', {
        extra: 'limits: { inFlight: 1, sockets: 1 }\nplatform: { deadline: 1s }\ngates: ["misaddressed == 0"]\n',
      });
      const target = await rawTarget((request) => setTimeout(() => request.socket.write(http('success')), 100));
      const words = ['--target', target.url, '--token', 'x', '--threads', '1', '--out', out('overwhelmed')];
      ended = await peakday(['run', file, ...words]);
      await target.close();
    });

    it('says so first and never passes: exit 97', () => {
      expect(ended.exitCode).toBe(97);
      expect(ended.stdout.trimStart()).toMatch(/^! INSTRUMENT INVALID/);
      expect(summaryIn(out('overwhelmed')).unsent.limit).toBeGreaterThan(100);
    });

    it('keeps nothing of the run before', () => {
      expect(summaryIn(out('overwhelmed')).scenario.name).toBe('overwhelmed');
      expect(summaryIn(out('overwhelmed'))).not.toHaveProperty('green');
      expect(readdirSync(out('overwhelmed'))).not.toContain('spool-7.bin');
    });
  });

  it('a folder that cannot be written stops the run before it starts', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const ended = await peakday(['run', scenarioFile('nofolder'), '--out', join(folder, 'a-file', 'below')]);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain('there is a file where a folder should be');
    expect(ended.stderr).toContain('--out');
  });

  it('one file that cannot be written: no report is greener than the exit', async () => {
    const ended = await undisturbed(async () => {
      rmSync(out('one-less'), { recursive: true, force: true });
      const running = start(['run', scenarioFile('one-less'), '--out', out('one-less')]);
      await expect.poll(() => existsSync(join(out('one-less'), 'spool-0.bin')), { timeout: 20_000 }).toBe(true);
      mkdirSync(join(out('one-less'), 'report.html'));
      return await running.ended;
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain('✗ FAIL  one-less  seed 7 · speed 1 · exit 1');
    expect(ended.stdout.replace(/\s+/g, ' ')).toContain('The report is not whole: ');
    expect(summaryIn(out('one-less')).verdict).toMatchObject({ status: 'fail', exitCode: 1 });
    const junit = readFileSync(join(out('one-less'), 'junit.xml'), 'utf8');
    expect(junit).toContain('name="exitCode" value="1"');
    expect(junit).toContain('errors="1"');
  });

  it('a disk that fills up during the run: the summary is whole and true, the missing files are named, the exit is not green', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', disk]);
    if (mounted.status !== 0) return context.skip('mounting a small file system needs root');
    try {
      const out = join(disk, 'run');
      const words = ['run', scenarioFile('full', { rate: '600/s' }), '--json', '--out', out];
      const ended = await undisturbed(() => {
        rmSync(out, { recursive: true, force: true });
        return peakday(words);
      });
      const summary = JSON.parse(ended.stdout);
      expect(summary.audit).toMatchObject({ closed: true, expected: summary.messages.planned });
      expect(summary.outcomes.answered).toBe(summary.messages.planned);
      expect(summary.notes.join()).toContain('kept in memory');
      expect(ended.stderr).toContain('no space left on the device');
      expect(ended.exitCode).toBe(1);
      expect(summary.verdict).toMatchObject({ status: 'fail', exitCode: 1 });
      const [, elsewhere = ''] =
        /ledger\.parquet could not be written: .*; it is (\S+) instead/.exec(summary.notes.join('\n')) ?? [];
      expect(statSync(elsewhere).size).toBeGreaterThan(1_000);
      rmSync(dirname(elsewhere), { recursive: true });
      for (const name of readdirSync(join(disk, 'run'))) expect(name).not.toMatch(/^spool-/);
      const found = readdirSync(join(disk, 'run'));
      if (found.includes('summary.json')) expect(summaryIn(join(disk, 'run')).verdict).toEqual(summary.verdict);
      if (found.includes('junit.xml'))
        expect(readFileSync(join(disk, 'run', 'junit.xml'), 'utf8')).toContain('name="exitCode" value="1"');
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
