/** The platform in its other modes, each as a user starts it: encrypted, replying later, over TLS, through trouble, by webhook. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInbound } from '../../wechat/read-inbound.js';
import { newCertificate } from '../support/certificate.js';
import { callbackUrl, newFolder, peakday, start, summaryIn } from '../support/cli.js';
import { textReply } from '../support/raw-target.js';

const folder = newFolder();
const out = (name: string) => join(folder, 'out', name);

function scenarioFile(name: string, extra = '', server = ''): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
day: { length: 2s }
fans: { followers: 5000 }
intents:
  order: { says: ["订单{order}到哪了"], expect: { contains: ["已发货", "{order}"] } }
  photo: { kind: image, expect: { contains: "照片" } }
  leave: { kind: unsubscribe }
traffic:
  - { name: all, model: poisson, rate: 80/s, sends: { order: 3, photo: 1 } }
  - { name: leavers, model: constant, total: 5, sends: leave }
server:
${server}  answers:
    rules:
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }
      - { name: photo, kind: image, reply: { text: "收到照片" } }
${extra}`,
  );
  return path;
}

describe('the reference server', () => {
  it.each(['plain', 'safe', 'compatible'])(
    'answers everything in %s mode, the same plan with the same ends',
    async (mode) => {
      const file = scenarioFile(`mode-${mode}`, `platform: { mode: ${mode} }\n`);
      const ended = await peakday(['run', file, '--json', '--out', out(mode)]);
      const summary = JSON.parse(ended.stdout);
      expect(summary.outcomes).toMatchObject({ answered: summary.messages.planned, dropped: 0, wrong: 0, unsent: 0 });
      expect(summary.audit.closed).toBe(true);
      if (mode !== 'plain') expect(summary.scenario.planDigest).toBe(summaryIn(out('plain')).scenario.planDigest);
    },
  );

  it('replies later with the same ends as at once', async () => {
    await peakday([
      'run',
      scenarioFile('later', 'platform: { laterReplies: 5s }\n', '  reply: later\n'),
      '--out',
      out('later'),
    ]);
    expect(summaryIn(out('later')).outcomes).toEqual(summaryIn(out('plain')).outcomes);
    expect(summaryIn(out('later')).scenario.planDigest).toBe(summaryIn(out('plain')).scenario.planDigest);
    expect(summaryIn(out('later')).duplicates).toBe(0);
  });

  it('is reached through a proxy that makes trouble, and hooks leave their word', async () => {
    const extra = `network:
  - { do: delay, by: 40ms, at: "00:00:00", for: 2s }
hooks:
  - { name: failing, at: "00:00:01", run: [node, -e, "console.log('gone'); process.exit(3)"] }
`;
    const ended = await peakday(['run', scenarioFile('trouble', extra), '--out', out('trouble')]);
    const summary = summaryIn(out('trouble'));
    expect(summary.outcomes.answered).toBe(summary.messages.planned);
    expect(summary.latencyMs.response.p50).toBeGreaterThan(75);
    expect(summary.recovery).toMatchObject([{ after: 'delay', type: 'fault' }]);
    expect(summary.hooks).toMatchObject([
      { name: 'failing', startAt: '00:00:01', exit: 'exit 3', ok: false, said: 'gone' },
    ]);
    const { marks } = JSON.parse(readFileSync(join(out('trouble'), 'series.json'), 'utf8'));
    expect(marks.at(-1)).toMatchObject({ type: 'hook', name: 'failing: exit 3', startS: summary.hooks[0]!.startS });
    expect(ended.stdout).toMatch(/HOOKS +failing \(00:00:01\) +exit 3 after .*: gone/);
    expect(readFileSync(join(out('trouble'), 'report.html'), 'utf8')).toContain('exit 3</span>');
  });
});

describe("somebody else's server", () => {
  it('in safe mode needs the key it was set up with', async () => {
    const file = scenarioFile('safe-target', 'platform: { mode: safe }\n');
    const environment = { PEAKDAY_TOKEN: 'token', PEAKDAY_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE' };
    const served = start(['serve', file, '--port', '0'], environment);
    const url = await served.saw(callbackUrl);
    const right = await peakday(['run', file, '--target', url, '--json', '--out', out('safe-target')], environment);
    const without = await peakday(['run', file, '--target', url, '--token', 'token']);
    const otherKey = { ...environment, PEAKDAY_AES_KEY: 'B'.repeat(43) };
    await peakday(['run', file, '--target', url, '--out', out('wrong-key')], otherKey);
    served.child.kill('SIGKILL');
    expect(JSON.parse(right.stdout).outcomes.dropped).toBe(0);
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain('PEAKDAY_AES_KEY');
    expect(summaryIn(out('wrong-key')).dropped.status).toBe(summaryIn(out('wrong-key')).messages.planned);
    expect(readFileSync(join(out('safe-target'), 'scenario.json'), 'utf8')).not.toContain('abcdefghijklm');
  });

  it('over TLS is verified by its own authority, or not at all by explicit word', async () => {
    const certificate = newCertificate(folder);
    const headers = new Set<string | undefined>();
    const server = createServer(certificate.pem, (request, response) => {
      let body = '';
      headers.add(request.headers['x-stage']?.toString());
      request.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        if (request.method === 'GET')
          return response.end(new URL(request.url!, 'https://x').searchParams.get('echostr'));
        const message = readInbound(body);
        const order = message.kind === 'text' ? /\d{10}/.exec(message.content)?.[0] : '';
        return response.end(message.kind === 'event' ? 'success' : textReply(message, `订单${order}已发货 收到照片`));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/base/wechat?tenant=7`;
    const run = (name: string, ...words: string[]) =>
      peakday([
        'run',
        scenarioFile('tls'),
        '--target',
        url,
        '--token',
        'x',
        '--header',
        'X-Stage: rehearsal',
        '--out',
        out(name),
        ...words,
      ]);
    const untrusted = await run('tls-untrusted');
    await run('tls-ca', '--ca', certificate.certFile);
    await run('tls-insecure', '--insecure');
    server.close();
    server.closeAllConnections();
    expect(untrusted.exitCode).toBe(3);
    expect(untrusted.stderr).toContain('--ca FILE');
    for (const name of ['tls-ca', 'tls-insecure']) {
      expect(summaryIn(out(name)).outcomes.answered).toBe(summaryIn(out(name)).messages.planned);
      expect(summaryIn(out(name)).target.url).not.toContain('tenant');
    }
    expect([...headers]).toEqual(['rehearsal']);
  });

  it.each([
    ['in the response', []],
    ['by callback', ['--later']],
  ])('by webhook, answering %s', async (_, words) => {
    const script = new URL('../../scenarios/webhook-target.mjs', import.meta.url).pathname;
    const target = spawn(process.execPath, [script, '--port', '0', '--token', 'demo', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(target.stdout, 'data')) as [Buffer];
    const url = /http:\S+/.exec(line.toString())![0];
    await peakday([
      'run',
      'webhook',
      '--target',
      url,
      '--token',
      'demo',
      '--window',
      '12:00:00-12:00:04',
      '--out',
      out(`webhook${words.length}`),
    ]);
    target.kill();
    const summary = summaryIn(out(`webhook${words.length}`));
    expect(summary.messages.planned).toBeGreaterThan(50);
    expect(summary.outcomes.answered).toBe(summary.messages.planned);
  });
});
