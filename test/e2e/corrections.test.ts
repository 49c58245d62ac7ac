/**
 * A wrong reply put right while the run goes on: a person at the console of the run's own reference server, in a real
 * browser. Without one the test is skipped, unless PEAKDAY_REQUIRE_CHROMIUM is set.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { newFolder, staffOrigin, start, summaryIn } from '../support/cli.js';

const executablePath = '/usr/bin/chromium';
const isSkipped = !existsSync(executablePath) && !process.env.PEAKDAY_REQUIRE_CHROMIUM;
if (isSkipped) console.warn(`skipped: no browser at ${executablePath}; nobody sent corrections (apt install chromium)`);

const STAFF_TOKEN = 'a-staff-token';
const MESSAGES = 700;
const FANS = 50;
const INBOX = 100;
const WRONG = '活动已结束，感谢您的参与。';

const folder = newFolder();
const scenario = join(folder, 'day.yaml');
writeFileSync(
  scenario,
  `name: day
day: { length: 3s }
fans: { followers: 20000, activity: { sigma: 0 } }
platform: { laterReplies: 60s }
intents:
  hours: { says: [今天几点开门？], expect: { contains: 营业时间, excludes: 门票 } }
  order: { says: ["我的订单{order}到哪了"], expect: { contains: ["{order}", 已出票] } }
  price: { says: [门票多少钱], expect: { contains: 门票价格, excludes: 营业时间 } }
traffic:
  - { name: all, model: poisson, total: ${MESSAGES}, sends: { hours: 3, order: 2, price: 1 } }
faults:
  - { name: wrong replies, do: wrong-reply, at: "00:00:00.5", for: 1s, fans: ${FANS}, text: "${WRONG}" }
inbox: { capacity: ${INBOX} }
server:
  answers:
    rules:
      - { name: hours, contains: [几点], reply: { text: 营业时间：每天 9:30 到 22:00。 } }
      - { name: price, contains: [门票], reply: { text: 门票价格：120 元。 } }
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单 {1} 已出票。" } }
  account: { inbox: { size: ${INBOX} }, desk: { people: [小周] } }
gates: [wrong <= ${FANS}, misaddressed == 0, dropped.rate < 0.1%]
`,
);

it.skipIf(isSkipped)('sent from the console, corrections reach exactly the fans who got the wrong reply', async () => {
  const out = join(folder, 'out');
  const words = ['run', scenario, '--reply', 'later', '--out', out, '--quiet'];
  const run = start(words, { PEAKDAY_STAFF_TOKEN: STAFF_TOKEN });
  const launched = chromium.launch({ executablePath, args: ['--no-sandbox', '--headless', '--disable-gpu'] });
  const console = `${await run.saw(staffOrigin)}/console`;
  const browser = await launched;
  try {
    const page = await browser.newPage({ locale: 'en-US' });
    await page.goto(`${console}#/corrections`);
    await page.fill('[name=token]', STAFF_TOKEN);
    await page.click('button.main');
    await page.selectOption('[name=person]', '小周');
    await page.click('button.main');
    // A late start: the whole day has come and been answered, and the inbox shows its last messages only.
    const headers = { authorization: `Bearer ${STAFF_TOKEN}` };
    const answered = async () => {
      const rows = await fetch(console.replace('/console', '/api/v1/export/reply?format=jsonl'), { headers });
      return (await rows.text()).trim().split('\n').length;
    };
    await expect.poll(answered, { timeout: 30_000, interval: 100 }).toBe(MESSAGES);

    await page.click('form.fields [name=last]');
    await expect.poll(() => page.inputValue('[name=contains]')).toBe(WRONG);
    await page.click('form.fields button.main');
    await page.waitForSelector('.preview');
    expect(await page.textContent('.preview .counts')).toMatch(
      /^50 will be sent it\s*0 cannot be reached\s*0 have it already/,
    );
    const pushedOut = await page.textContent('.preview .pushed-out');
    expect(pushedOut).toMatch(/^\d+ of these messages are no longer among the latest 100:/);
    await page.click('.preview .anew');
    expect(await page.inputValue('.preview [name=text]')).toBe('{answer}');
    await page.fill('.preview [name=text]', '抱歉，刚才答错了。{answer}');
    await page.click('form.fields button.main');
    await page.waitForSelector('.preview .right >> text=/抱歉，刚才答错了。(营业时间|门票价格|订单 \\d+ 已出票)/');
    await page.click('.preview button.main');
    expect(await page.textContent('.preview button.danger')).toContain('Really send to 50 fans');
    await page.click('.preview button.danger');

    // All are put right: the run waits for nothing more.
    // 97: the machine was too busy to tell how quick the server is.
    expect((await run.ended).exitCode).toBeOneOf([0, 97]);
    const summary = summaryIn(out);
    expect(summary.outcomes).toMatchObject({ wrong: FANS, answered: MESSAGES - FANS });
    expect(summary).toMatchObject({ corrected: FANS, duplicates: 0 });
    // One window with all of them; on a machine that halts meanwhile, several, and a few wrong replies beside them.
    const windows = summary.errorWindows;
    const fans = windows.flatMap(({ putRight }) => putRight!.fans);
    expect(windows.map(({ wrong, corrected }) => corrected - wrong)).toEqual(windows.map(() => 0));
    const inWindows = windows.reduce((sum, { wrong }) => sum + wrong, 0);
    expect(inWindows).toBeGreaterThan(FANS / 2);
    expect(new Set(fans.map(({ openid }) => openid)).size).toBe(inWindows);
    expect(fans.filter(({ correctedAt }) => correctedAt === null)).toEqual([]);
    // Counted again, from the ledger.
    const connection = await (await DuckDBInstance.create()).connect();
    const ledger = `'${join(out, 'ledger.parquet')}'`;
    const counted = await connection.runAndReadAll(
      `SELECT count(*) AS n FROM ${ledger} w WHERE outcome = 'wrong' AND (SELECT count(*) FROM ${ledger} m
         WHERE m.sent_us > w.sent_us AND m.sent_us < w.corrected_us) >= ${INBOX}`,
    );
    const gone = windows.map(({ putRight }) => putRight!.pushedOut);
    expect(windows[0]!.putRight!.inboxCapacity).toBe(INBOX);
    expect(gone[0]).toBeGreaterThan(0);
    const beside = Number(counted.getRowObjects()[0]!.n) - gone.reduce((sum, count) => sum + count, 0);
    expect(beside).toBeGreaterThanOrEqual(0);
    expect(beside).toBeLessThanOrEqual(FANS - inWindows);
    expect(Number(/^\d+/.exec(pushedOut!)![0])).toBeGreaterThan(0);
    const told = `${gone[0]} were no longer among the latest 100 messages of the inbox`;
    for (const file of ['summary.md', 'report.html']) expect(readFileSync(join(out, file), 'utf8')).toContain(told);
    const page1 = readFileSync(join(out, 'report.html'), 'utf8');
    expect(fans.filter(({ openid }) => !page1.includes(openid))).toEqual([]);
    const lines = readFileSync(join(out, 'affected-fans.csv'), 'utf8').trim().split('\r\n').slice(1);
    expect(lines.filter((line) => /,\d\d:\d\d:\d\d,\d\d:\d\d:\d\d,\d+$/.test(line))).toHaveLength(FANS);
  } finally {
    await browser.close();
    run.child.kill('SIGTERM');
  }
});
