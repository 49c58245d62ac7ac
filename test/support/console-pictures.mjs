/**
 * Takes the pictures of the console that stand in docs/: of a rehearsal that really runs, its fans, its fault and its
 * corrections, in the Chromium of the tests.
 *
 *   npm run pictures
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const STAFF_TOKEN = 'staff-secret';
const PERSON = '小周';
const WRONG_FANS = 500;
const MOST_WAITS = 600;
const names = ['王芳', 'Joan', '张伟', '刘洋'];

const top = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'peakday-pictures-'));
const run = spawn(
  process.execPath,
  [
    ...[join(top, 'dist/sim/cli/main.js'), 'run', 'floraland', '--reply', 'later', '--quiet'],
    ...['--window', '14:50-15:40', '--speed', '60', '--set', 'platform.laterReplies=5m', '--out', join(folder, 'out')],
  ],
  { env: { ...process.env, PEAKDAY_STAFF_TOKEN: STAFF_TOKEN }, stdio: ['ignore', 'ignore', 'pipe'] },
);
const ended = once(run, 'close');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--headless', '--disable-gpu'],
});
try {
  const origin = await originOf(run);
  const page = await browser.newPage({
    viewport: { width: 1_200, height: 800 },
    locale: 'en-US',
    timezoneId: 'Asia/Shanghai',
  });
  await page.goto(`${origin}/console`);
  await page.fill('[name=token]', STAFF_TOKEN);
  await page.click('button.main');
  await page.selectOption('[name=person]', PERSON);
  await page.click('button.main');
  await inbox(page, origin);
  await corrections(page, origin);
} finally {
  await browser.close();
  run.kill('SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
}

/** As the run says it. */
async function originOf(child) {
  let said = '';
  child.stderr.setEncoding('utf8');
  for await (const part of child.stderr) {
    said += part;
    const [, origin] = /(http:\S+)\/console/.exec(said) ?? [];
    if (origin !== undefined) {
      child.stderr.resume();
      return origin;
    }
  }
  throw new Error(`the run ended: ${said}`);
}

async function ask(origin, method, path, body) {
  const headers = { authorization: `Bearer ${STAFF_TOKEN}`, 'x-person': encodeURIComponent(PERSON) };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(`${origin}/api/v1${path}`, { method, headers, ...sent });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** What waits, some fans with names, and an answer being written. */
async function inbox(page, origin) {
  await until(async () => (await ask(origin, 'GET', '/inbox?limit=12')).rows.length === 12);
  const { rows } = await ask(origin, 'GET', '/inbox?limit=12');
  for (const [at, name] of names.entries()) {
    const { openid } = rows[at * 2];
    await ask(origin, 'PATCH', `/users/${encodeURIComponent(openid)}`, { name, tags: at === 0 ? ['vip'] : [] });
  }
  await page.reload();
  await page.waitForSelector('ol.rows li');
  await page.keyboard.press('n');
  await page.fill('[name=answer]', '您好！我帮您问一下，马上回复您。');
  await page.waitForSelector(`ol.rows li >> text=held by ${PERSON}`);
  await page.screenshot({ path: join(top, 'docs/console-inbox.png') });
}

/** One that is sent to the fans of one rule, and the preview of the rest. */
async function corrections(page, origin) {
  await page.keyboard.press('Escape');
  await page.keyboard.press('4');
  await page.waitForSelector('[name=last]');
  await until(async () => {
    const toMs = Date.now() + 60_000;
    const { rows } = await ask(origin, 'GET', `/replies/texts?fromMs=${toMs - 3_600_000}&toMs=${toMs}&limit=1`);
    return rows[0].rules.length >= 3 && rows[0].replies === WRONG_FANS;
  });
  await page.click('[name=last]');
  await until(async () => (await page.inputValue('[name=contains]')) !== '');
  const preview = async (rule) => {
    await page.fill('[name=rule]', rule);
    await page.click('form.fields button.main');
    await page.waitForSelector('.preview textarea');
    await page.fill('.preview textarea', '抱歉，刚才的回复有误。{answer}');
    await page.click('form.fields button.main');
    await page.waitForSelector('.sample .right');
  };
  await preview('opening hours');
  await page.click('.preview button.main');
  await page.click('.preview button.danger');
  await page.waitForSelector('[data-correction="1"] >> text=done');
  await preview('');
  await page.screenshot({ path: join(top, 'docs/console-corrections.png'), fullPage: true });
}

async function until(isSo) {
  for (let waits = 0; waits < MOST_WAITS; waits += 1) {
    if (await isSo()) return;
    await sleep(200);
  }
  throw new Error(`not so after ${MOST_WAITS} looks: ${isSo}`);
}
