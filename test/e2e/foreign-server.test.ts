/** A server nobody here wrote (the npm package `wechat` on express), rehearsed as a user would: right, too slow, dying. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newFolder, peakday, summaryIn, undisturbed } from '../support/cli.js';
import { type ForeignServer, foreignServer } from '../support/foreign-server.js';

const folder = newFolder();
const out = (name: string) => join(folder, 'out', name);
const environment = { PEAKDAY_TOKEN: 'token', PEAKDAY_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE' };
const appid = 'wx0123456789abcdef';

/** Every right reply is, to the letter, what this fan wrote in this message. */
function scenarioFile(name: string, lengthS: number, traffic: string, extra: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
day: { start: "12:00", length: ${lengthS}s }
fans: { followers: 5000 }
intents:
  order: { says: ["订单{order}到哪了？ <b>&amp; ]]]"], expect: { kind: text, equals: "订单{order}到哪了？ <b>&amp; ]]]" } }
  chat: { says: ["{chatter} ({name})"], expect: { kind: text, contains: ["{chatter}", "({name})"] } }
  photo: { kind: image, expect: { contains: "http://mmbiz.qpic.cn/" } }
  menu: { kind: click, key: HELP, expect: { equals: CLICK HELP } }
  leave: { kind: unsubscribe }
traffic:
${traffic}${extra}`,
  );
  return path;
}

const mixed = `  - { name: all, model: poisson, rate: 60/s, sends: { order: 4, chat: 3, photo: 1, menu: 1 } }
  - { name: leavers, model: constant, total: 5, sends: leave }
`;

let server: ForeignServer;
afterEach(() => server.stop());

describe('the package `wechat` on express', () => {
  it.each(['plain', 'safe'])('in %s mode: all messages answered, each reply verified, exit 0', async (mode) => {
    server = await foreignServer('wechat-server.mjs', [
      '--token',
      environment.PEAKDAY_TOKEN,
      ...(mode === 'safe' ? ['--key', environment.PEAKDAY_AES_KEY, '--appid', appid] : []),
    ]);
    const extra = `platform: { mode: ${mode}, appid: ${appid} }
gates: ["answered.rate >= 100%", "dropped == 0", "wrong == 0", "misaddressed == 0"]
`;
    const file = scenarioFile(mode, 2, mixed, extra);
    const words = ['run', file, '--target', server.url, '--out', out(mode)];
    const ended = await undisturbed(() => peakday(words, environment));
    const summary = summaryIn(out(mode));
    expect(ended.stderr).toBe('');
    expect(summary.messages.planned).toBeGreaterThan(60);
    expect(summary.outcomes).toMatchObject({ answered: summary.messages.planned, wrong: 0, dropped: 0, unsent: 0 });
    expect(summary.messages.attempts).toBe(summary.messages.planned);
    expect(summary.outages).toEqual([]);
    expect(ended.exitCode).toBe(0);
    expect(server.complaints()).not.toContain('Error');
  });

  it('that takes 3 s where the platform waits 2: every message is posted three times, and the report says why', async () => {
    server = await foreignServer('wechat-server.mjs', ['--token', environment.PEAKDAY_TOKEN, '--work', '3000']);
    const traffic = '  - { name: all, model: constant, total: 12, sends: { order: 1, chat: 1 } }\n';
    const file = scenarioFile('slow', 1, traffic, 'platform: { deadline: 2s }\ngates: ["dropped == 0"]\n');
    const words = ['run', file, '--target', server.url, '--out', out('slow')];
    const ended = await undisturbed(() => peakday(words, environment));
    const summary = summaryIn(out('slow'));
    expect(ended.exitCode).toBe(99);
    expect(summary.dropped).toMatchObject({ timeout: 12 });
    expect(summary.messages).toMatchObject({ planned: 12, attempts: 36 });
    expect(summary.amplification).toBe(3);
    expect(summary.audit.closed).toBe(true);
    expect(summary.droppedDetail).toMatchObject({ deadlineMs: 2_000, attempts: 3, everyPostTimedOut: 12 });
    const why =
      'the target took longer than the platform’s deadline of 2s for every post, so all 3 posts of each message were cut';
    expect(ended.stdout.replace(/\s+/g, ' ')).toContain(why);
    expect(readFileSync(join(out('slow'), 'summary.md'), 'utf8')).toContain(why);
    expect(readFileSync(join(out('slow'), 'report.html'), 'utf8')).toContain(why);
  });

  it('that dies of an unsigned request: the outage is found and told, the sums close, exit 99', async () => {
    // Version 2.1.0 reads the body before it looks at the signature, and throws where the root element is not `xml`.
    const poisoned = () => `hooks:
  - name: poison
    at: "12:00:02"
    call: { url: "${server.url}?encrypt_type=aes&msg_signature=x", headers: { content-type: text/xml }, body: "<a/>" }
gates: ["dropped == 0"]
`;
    const ended = await undisturbed(async () => {
      await server?.stop();
      server = await foreignServer('wechat-server.mjs', ['--token', environment.PEAKDAY_TOKEN]);
      const file = scenarioFile('dying', 4, mixed, poisoned());
      return peakday(['run', file, '--target', server.url, '--out', out('dying')], environment);
    });
    const summary = summaryIn(out('dying'));
    expect(await server.ended).not.toBe(0);
    expect(server.complaints()).toContain('TypeError');
    expect(ended.exitCode).toBe(99);
    expect(summary.audit).toMatchObject({ closed: true, expected: summary.messages.planned });
    expect(summary.dropped.refused + summary.dropped.reset).toBe(summary.outcomes.dropped);
    expect(summary.outcomes.answered + summary.outcomes.dropped).toBe(summary.messages.planned);
    expect(summary.outages).toMatchObject([{ toS: null, toAt: null, cause: 'refused' }]);
    const [outage] = summary.outages;
    expect(outage!.messages).toBe(summary.outcomes.dropped);
    // The hook left at 2 s; nothing was answered before that and dropped, nothing answered after.
    expect(outage!.fromS).toBeGreaterThan(1.9);
    expect(outage!.fromAt).toMatch(/^12:00:0[2-4]$/);
    expect(summary.hooks).toMatchObject([{ name: 'poison', startAt: '12:00:02' }]);
    const gone = `the target stopped answering at ${outage!.fromAt} and never came back`;
    expect(ended.stdout.replace(/\s+/g, ' ')).toContain(gone);
    expect(ended.stdout).toMatch(/OUTAGES {7}12:00:0\d–the end/);
    expect(readFileSync(join(out('dying'), 'summary.md'), 'utf8')).toContain(gone);
    const html = readFileSync(join(out('dying'), 'report.html'), 'utf8');
    expect(html).toContain(gone);
    expect(html).toContain('<section id="outages">');
  });
});
