import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, newFolder, peakday, start, summaryIn, undisturbed } from '../support/cli.js';
import { http, rawTarget, textReply } from '../support/raw-target.js';
import { type SmallScenario, smallScenario } from '../support/small-scenario.js';

const folder = newFolder();
const scenarioFile = (name: string, over?: SmallScenario) => smallScenario(folder, name, over);
const out = (name: string) => join(folder, 'out', name);

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

  it('Ctrl-C once: stops, reports what happened, exit 105', async () => {
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

  it('Ctrl-C twice: leaves at once', async () => {
    let reached = () => {};
    const wasReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const target = await rawTarget(() => reached());
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
    await wasReached;
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

  describe('a generator that could not keep up, in a folder that is used again', () => {
    let ended: Ended;
    beforeAll(async () => {
      mkdirSync(out('overwhelmed'), { recursive: true });
      writeFileSync(join(out('overwhelmed'), 'summary.json'), '{"green": true}');
      writeFileSync(join(out('overwhelmed'), 'mine.txt'), 'mine');
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

    it('keeps nothing of the run before, and what is not of a run', () => {
      expect(summaryIn(out('overwhelmed')).scenario.name).toBe('overwhelmed');
      expect(summaryIn(out('overwhelmed'))).not.toHaveProperty('green');
      expect(readFileSync(join(out('overwhelmed'), 'mine.txt'), 'utf8')).toBe('mine');
    });
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
    } finally {
      spawnSync('umount', [disk]);
    }
  });
});
