/** The console in a real browser. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWithoutChromium, launchChromium } from '../../../test/support/chromium.js';
import { followed } from '../../engine/account-samples.js';
import { NOW_MS, type SampleStaff, STAFF_TOKEN, sampleStaff } from './staff-samples.js';

/** Pictures for the docs are taken when a folder for them is named. */
const pictures = process.env.PEAKDAY_PICTURES;

const hostile = [
  '<img src=x onerror=alert(1)><script>alert(2)</script>',
  '"\'`{{alert(3)}}&lt;b&gt;&amp;',
  '\u202Eevil\u202C مرحبا \u200F!',
  '👩‍👩‍👧‍👦🏳️‍🌈𠮷𝒳',
  'x'.repeat(600),
];

describe.skipIf(isWithoutChromium('the console'))('the console in a browser', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
    if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  async function open(options: BrowserContextOptions = {}, place = '') {
    const staff = await sampleStaff({ streams: { standingMs: 50 } });
    await staff.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = staff.app.server.address() as AddressInfo;
    const page = await browser.newPage({
      viewport: { width: 1_200, height: 800 },
      locale: 'en-US',
      timezoneId: 'UTC',
      ...options,
    });
    const complaints: string[] = [];
    page.on('console', (message) => {
      // The browser reports every refusal of the server by itself; the page shows them.
      if (!/Failed to load resource/.test(message.text())) complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(`http://127.0.0.1:${port}/`)) foreign.push(request.url());
    });
    await page.addInitScript(
      "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective))",
    );
    const end = async () => {
      expect(complaints).toEqual([]);
      expect(foreign).toEqual([]);
      await page.context().close();
    };
    await page.goto(`http://127.0.0.1:${port}/console${place}`);
    return { page, staff, end };
  }

  async function logIn(page: Page): Promise<void> {
    await page.fill('[name=token]', STAFF_TOKEN);
    await page.click('button.main');
    await page.selectOption('[name=person]', 'Ann');
    await page.click('button.main');
    await page.waitForSelector('#waiting');
  }

  const count = (page: Page, selector: string, wanted: number) =>
    expect.poll(() => page.locator(selector).count(), { timeout: 20_000 }).toBe(wanted);

  const fits = (page: Page) =>
    page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

  it('lets a person log in, find a fan, and answer', async () => {
    const { page, staff, end } = await open();
    await staff.write('oWang', '价格是多少');
    const seq = await staff.write('oWang', '你们周日开门吗？');
    for (let fan = 0; fan < 8; fan += 1) await staff.write(`oFan${fan}`, `When does my order ${fan} arrive?`);
    await page.fill('[name=token]', 'wrong-token');
    await page.click('button.main');
    await page.waitForSelector('.problems');
    expect(await page.textContent('.problems')).toContain('token');
    await logIn(page);
    expect(await page.textContent('#waiting')).toBe('9');
    await page.keyboard.press('2');
    await page.waitForSelector('[placeholder*=openid]');
    await page.keyboard.press('/');
    await page.keyboard.type('周日');
    await page.keyboard.press('Escape');
    await count(page, 'ol.rows li', 1);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.talk .told');
    expect(await page.textContent('.talk .told p')).toBe('299');
    await page.selectOption('.answer select', 'sorry');
    expect(await page.inputValue('[name=answer]')).toBe('抱歉，请稍等。');
    await page.fill('[name=answer]', '周日 10 点到 17 点开门 🌷');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.talk .told >> text=周日 10 点到 17 点开门 🌷');
    const { account } = staff.service;
    expect(account.desk.inbox.get(seq)).toBeUndefined();
    expect(account.sending.next(staff.service.nowMs()).row).toMatchObject({ openid: 'oWang', messageSeq: seq });
    await expect.poll(() => page.textContent('#waiting')).toBe('8');
    await end();
  });

  it('goes through the inbox by keys, live', async () => {
    const { page, staff, end } = await open();
    await staff.write('o1', 'first?');
    await logIn(page);
    await page.waitForSelector('ol.rows li');
    const second = await staff.write('o2', 'second?');
    await count(page, 'ol.rows li', 2);
    await page.keyboard.press('n');
    await page.waitForSelector('[name=answer]');
    expect(staff.service.account.desk.standing(NOW_MS)).toMatchObject({ open: 1, claimed: 1 });
    await page.click('text=Close without answer');
    await count(page, 'ol.rows li', 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.selectOption('[name=assign]', '李娜');
    await expect.poll(() => staff.service.account.desk.inbox.get(second)?.person).toBe('李娜');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    expect(await page.textContent('.help')).toContain('next for me');
    await page.keyboard.press('Escape');
    await count(page, '.help', 0);
    await page.click('text=Log out');
    await page.waitForSelector('[name=token]');
    await end();
  });

  it('asks before rules that are not saved are left', async () => {
    const { page, staff } = await open({}, '#/rules');
    page.removeAllListeners('dialog');
    const asked: string[] = [];
    let isSure = false;
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      void (isSure ? dialog.accept() : dialog.dismiss());
    });
    await logIn(page);
    await page.click('nav >> text=Fans');
    await page.click('nav >> text=Rules');
    await page.locator('.rulename').first().fill('prices');
    for (const leave of ['nav >> text=Fans', 'text=Log out', '#language']) await page.click(leave);
    await expect.poll(() => asked.length).toBe(3);
    expect(await page.locator('.rulename').first().inputValue()).toBe('prices');
    expect(page.url()).toContain('#/rules');
    isSure = true;
    await page.click('nav >> text=Fans');
    await count(page, 'main.rules', 0);
    expect(asked).toHaveLength(4);
    await page.click('nav >> text=Rules');
    expect(await page.locator('.rulename').first().inputValue()).toBe('price');
    await page.click('nav >> text=Fans');
    await count(page, 'main.rules', 0);
    expect(asked).toHaveLength(4);
    expect(staff.service.account.rules.version).toBe(1);
    await page.context().close();
  });

  it('says in plain words that the server is away, and what of a link is no time', async () => {
    const { page, staff, end } = await open({}, '#/corrections?from=2013-05-07T14:55:00Z&to=yesterday');
    await logIn(page);
    expect(await page.textContent('.problems')).toContain('to=yesterday, which is no time');
    expect(await page.inputValue('[name=from]')).toBe('2013-05-07T14:55');
    await page.route('**/api/v1/corrections/preview', (route) => route.abort());
    await page.fill('[name=contains]', 'x');
    await page.click('form.fields button.main');
    await page.waitForSelector('.problems >> text=The server cannot be reached');
    expect(staff.service.account.corrections.list()).toEqual([]);
    await end();
  });

  it('says at once why no text can be sent, in the language of the page, and when it is over', async () => {
    const { page, staff, end } = await open();
    await logIn(page);
    staff.service.setSendTrouble({ code: 'token-refused', why: 'refused (40001)', detail: '40001' });
    await page.waitForSelector('[data-trouble=token-refused]');
    expect(await page.textContent('[data-trouble]')).toMatch(
      /Since .*12:00:00.* no text can be sent: the platform refuses the access token; another is fetched. \(40001\)/,
    );
    await page.click('#language');
    await page.waitForSelector('[data-trouble] >> text=平台拒绝了 access token');
    staff.service.setSendTrouble(undefined);
    await page.waitForSelector('.banner.good >> text=已恢复发送');
    await count(page, '[data-trouble]', 0);
    await end();
  });

  it('edits rules: shows what is wrong, then puts them in force', async () => {
    const { page, staff, end } = await open({}, '#/rules');
    await logIn(page);
    await page.click('text=Add a rule');
    const card = page
      .locator('fieldset')
      .filter({ has: page.locator('.rulename[value=""]') })
      .first();
    const rule = page.locator('fieldset').nth(3);
    await rule.locator('.rulename').fill('cakes');
    await rule.locator('select').first().selectOption('pattern');
    await rule.locator('input.code').fill('(cake');
    await rule.locator('textarea').fill('🎂');
    await page.click('.bar button.main');
    await rule.locator('.problems').waitFor();
    expect(await rule.locator('.problems').textContent()).toMatch(/rules\.3\.pattern.*regular expression/s);
    expect(staff.service.account.rules.version).toBe(1);
    await rule.locator('input.code').fill('cakes?$');
    await page.fill('[name=note]', 'for the fair');
    await page.click('.bar button.main');
    await page.waitForSelector('.bar .good');
    expect(await card.count()).toBe(0);
    expect(staff.service.account.rules.version).toBe(2);
    await staff.write('o1', 'Cakes');
    expect((await staff.service.store.thread('o1', { limit: 1 })).rows[0]!.replies[0]).toMatchObject({
      text: '🎂',
      rule: 'cakes',
      version: 2,
    });
    await page.click('text=Put in force again');
    await count(page, 'main.rules fieldset[data-rule]', 3);
    expect(staff.service.account.rules.version).toBe(3);
    await end();
  });

  it('previews and sends corrections, and shows how far they are', async () => {
    const query = `from=${NOW_MS}&to=${NOW_MS + 60_000}`;
    const { page, staff, end } = await open({}, `#/corrections?${query}`);
    const wrong = '【系统】活动已结束';
    for (let fan = 0; fan < 40; fan += 1) await staff.write(`oFan${fan}`, fan % 2 === 0 ? 'price' : 'hours', wrong);
    await staff.write('oRight', 'price');
    await logIn(page);
    await page.click('text=Show texts of this span');
    await page.locator('ul.sample button').first().click();
    expect(await page.inputValue('[name=contains]')).toBe(wrong);
    await page.click('form.fields button.main');
    await page.waitForSelector('.preview');
    expect(await page.textContent('.preview .counts')).toMatch(
      /^40 will be sent it\s*0 cannot be reached\s*0 have it already/,
    );
    await page.fill('.preview [name=text]', '活动仍在进行，价格是 299 元。');
    const button = page.locator('.preview button.main');
    expect(await button.textContent()).toContain('Send to 40 fans');
    await button.click();
    expect(await button.textContent()).toContain('Really send to 40 fans');
    await button.click();
    await page.waitForSelector('[data-correction="1"]');
    const sent: string[] = [];
    await send(staff, 25, sent);
    await page.waitForSelector('[data-correction="1"] .counts >> text=25 sent');
    if (pictures !== undefined) {
      await page.fill('[name=contains]', '299');
      await page.click('form.fields button.main');
      await page.fill('.preview [name=text]', '今天只要 199 元。');
      await page.screenshot({ path: `${pictures}/console-corrections.png`, fullPage: true });
    }
    await send(staff, 15, sent);
    await page.waitForSelector('[data-correction="1"] >> text=done');
    expect(new Set(sent).size).toBe(40);
    expect(sent).not.toContain('oRight');
    await page.click('[data-correction="1"] summary');
    await page.waitForSelector('[data-correction="1"] .sample >> text=oFan39');
    // One that reaches nobody changes nothing of how the account stands, and is in the list all the same.
    await staff.write('oLeft', 'price', wrong);
    await staff.service.keep(
      staff.service.account.receive(followed('oLeft', '', 'unsubscribe'), staff.service.nowMs()).changes,
    );
    await page.click('form.fields button.main');
    await page.fill('.preview [name=text]', '299');
    await page.locator('.preview button.main').click();
    await page.locator('.preview button.danger').click();
    await page.waitForSelector('[data-correction="2"]');
    await page.click('#language');
    await page.fill('[name=contains]', wrong);
    await page.click('form.fields button.main');
    await page.waitForSelector('.preview ul.plain >> text=1: 已取消关注');
    await end();
  });

  it('shows prizes and who won them', async () => {
    const { page, staff, end } = await open({}, '#/prizes');
    for (const openid of ['o1', 'o2', 'o3']) await staff.write(openid, '抽奖');
    await logIn(page);
    expect(await page.textContent('article')).toContain('2 of 2');
    await page.click('summary');
    expect(await page.textContent('tbody')).toMatch(/^1o1.*2o2/s);
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=Save as CSV')]);
    expect(file.suggestedFilename()).toBe('issue.csv');
    await end();
  });

  it('shows what fans write as text, whatever it is, also on a phone', async () => {
    const phone = { viewport: { width: 375, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
    const { page, staff, end } = await open({ ...phone, locale: 'zh-CN' });
    for (const [index, text] of hostile.entries()) await staff.write(`${text.slice(0, 60)}${index}`, text);
    await logIn(page);
    await count(page, 'ol.rows li', hostile.length);
    expect(await page.evaluate('document.documentElement.lang')).toBe('zh');
    for (const [index, text] of hostile.entries()) {
      await page.locator('ol.rows li button').nth(index).click();
      await page.waitForSelector('.talk .said p');
      expect(await page.textContent('.talk .said p')).toBe(text);
      expect(await fits(page)).toBe(true);
      await page.click('.back');
      await page.waitForSelector('.list', { state: 'visible' });
    }
    expect(await page.locator('main img, main script').count()).toBe(0);
    for (const place of ['fans', 'rules', 'corrections', 'prizes']) {
      await page.click(`nav a[href="#/${place}"]`);
      await page.waitForSelector('main');
      expect([place, await fits(page)]).toEqual([place, true]);
    }
    await page.click('#language');
    await page.waitForSelector('html[lang=en]');
    expect(await page.textContent('nav')).toContain('Inbox');
    await end();
  });

  it.skipIf(pictures === undefined)('has its picture taken', async () => {
    const { page, staff, end } = await open();
    const { account } = staff.service;
    const asks = [
      '你们周日开门吗？',
      '手办什么时候发货？',
      'Can I change the address of my order?',
      '活动的奖品怎么领？',
    ];
    for (let fan = 0; fan < 14; fan += 1) {
      await staff.write(`oP8xQ0v${1_000 + fan}`, fan % 3 === 0 ? '价格' : 'hours');
      await staff.write(`oP8xQ0v${1_000 + fan}`, asks[fan % asks.length]!);
      staff.wait(17_000);
    }
    for (const [openid, name] of [
      ['oP8xQ0v1000', '王芳'],
      ['oP8xQ0v1002', 'Joan'],
    ] as const) {
      await staff.service.kept(account.users.edit(openid, { name, tags: ['vip'] }));
    }
    await logIn(page);
    await page.keyboard.press('n');
    await page.waitForSelector('[name=answer]');
    await page.fill('[name=answer]', '您好！周日 10 点到 17 点开门。');
    await page.screenshot({ path: `${pictures}/console-inbox.png` });
    await end();
  });

  /** As the outbox would: so many texts go out. */
  async function send({ service }: SampleStaff, count: number, sent: string[]): Promise<void> {
    const { sending } = service.account;
    for (let at = 0; at < count; at += 1) {
      const { row, changes } = sending.next(service.nowMs());
      await service.keep(changes);
      sent.push(row!.openid);
      await service.kept(sending.ended(row!.id, { end: 'sent' }, service.nowMs()));
    }
  }
});
