import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { callbackUrl, newFolder, peakday, start, summaryIn, undisturbed } from '../support/cli.js';
import { http, rawTarget, textReply } from '../support/raw-target.js';
import { type SmallScenario, smallScenario } from '../support/small-scenario.js';

const folder = newFolder();
const scenarioFile = (name: string, over?: SmallScenario) => smallScenario(folder, name, over);
const out = (name: string) => join(folder, 'out', name);

describe("a run against somebody else's server", () => {
  const served = start(['serve', scenarioFile('served'), '--port', '0'], { PEAKDAY_TOKEN: 'right-token' });
  afterAll(() => served.child.kill('SIGKILL'));
  const servedUrl = () => served.saw(callbackUrl);

  it('needs only its address and its token', async () => {
    const url = await servedUrl();
    const words = ['run', scenarioFile('served'), '--target', url, '--out', out('served')];
    const { exitCode } = await undisturbed(() => peakday(words, { PEAKDAY_TOKEN: 'right-token' }));
    expect(exitCode).toBe(0);
    expect(summaryIn(out('served')).target).toEqual({ url, reference: false });
    for (const name of readdirSync(out('served'))) {
      if (name !== 'ledger.parquet')
        expect(readFileSync(join(out('served'), name), 'utf8')).not.toContain('right-token');
    }
  });

  it('shares no number with a run beside it, of the same seed and begun in the same second', async () => {
    const signatures = new Set<string | null>();
    const target = await rawTarget(({ message, path, socket }) => {
      signatures.add(new URL(path, 'http://x').searchParams.get('signature'));
      socket.write(http(textReply(message, message?.kind === 'text' ? message.content : '')));
    });
    const words = (name: string) => ['run', scenarioFile('beside'), '--target', target.url, '--out', out(name)];
    await Promise.all(['one', 'other'].map((name) => peakday([...words(name), '--token', 'x'])));
    await target.close();
    const digests = ['one', 'other'].map((name) => summaryIn(out(name)).scenario.planDigest);
    expect(digests[0]).toBe(digests[1]);
    const numbers = target.pushes.flatMap((push) => ('msgId' in push ? [push.msgId] : []));
    expect(numbers.length).toBeGreaterThan(200);
    expect(new Set(numbers).size).toBe(numbers.length);
    // Nor a nonce, though both sign in the same seconds: a server that refuses what it has seen takes all posts.
    expect(signatures.size).toBe(target.pushes.length);
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
    const file = scenarioFile('dying', { extra: 'gates: ["dropped == 0"]\n' });
    const ended = await undisturbed(async () => {
      let answered = 0;
      const target = await rawTarget((request) => {
        const order = request.message?.kind === 'text' ? request.message.content : '';
        request.socket.write(http(textReply(request.message, `每天9:00开门，欢迎，订单${order}`)));
        if (++answered === 100) setImmediate(() => void target.close());
      });
      return peakday(['run', file, '--target', target.url, '--token', 'x', '--out', out('dying')]);
    });
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
    const words = ['run', file, '--target', target.url, '--token', 'x', '--out', out('aborted')];
    const ended = await undisturbed(() => peakday(words));
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
