/** The console in a real browser: what it says, and of what is in everybody's way. */
import { describe, expect, it } from 'vitest';
import { isWithoutChromium } from '../../../test/support/chromium.js';
import { consoleBrowser, count, fits, logIn } from '../../../test/support/console-browser.js';

const hostile = [
  '<img src=x onerror=alert(1)><script>alert(2)</script>',
  '"\'`{{alert(3)}}&lt;b&gt;&amp;',
  '\u202Eevil\u202C مرحبا \u200F!',
  '👩‍👩‍👧‍👦🏳️‍🌈𠮷𝒳',
  'x'.repeat(600),
];

describe.skipIf(isWithoutChromium('the console'))('what the console says', () => {
  const open = consoleBrowser();

  it('shows more fans than one page, and counts in words of its language', async () => {
    const { page, staff, end } = await open({}, '#/fans');
    for (let fan = 0; fan < 60; fan += 1) await staff.write(`oFan${fan}`, 'price');
    await staff.write('oFan1', 'price');
    await logIn(page);
    await count(page, 'ol.rows li', 50);
    await page.click('.list .more');
    await count(page, 'ol.rows li', 60);
    await count(page, '.list .more', 0);
    const profile = async (row: number) => {
      await page.locator('ol.rows li button').nth(row).click();
      await page.waitForSelector(`.thread[aria-label=oFan${row}] summary`);
      return (await page.textContent('.thread summary'))?.trim();
    };
    expect([await profile(0), await profile(1)]).toEqual([
      'follows · 1 message · 0 orders',
      'follows · 2 messages · 0 orders',
    ]);
    await page.click('.thread summary');
    await page.fill('.thread [name=name]', 'Joan');
    // How the account stands comes meanwhile, and takes nothing away that is being written.
    await page.waitForTimeout(200);
    expect(await page.inputValue('.thread [name=name]')).toBe('Joan');
    await page.click('.thread header form button');
    await page.waitForSelector('ol.rows li >> text=Joan');
    // What is known of a fan keeps up with what the fan writes.
    await staff.write('oFan1', 'hours?');
    await page.waitForSelector('.thread summary >> text=3 messages');
    await page.click('#language');
    await page.waitForSelector('.thread .told >> text=只确认收到');
    await page.fill('input[type=search]', 'nobody wrote this');
    await page.waitForSelector('.list >> text=没有找到');
    await end();
  });

  it('takes a server that says nothing for gone, and gets what it could not have when it is back', async () => {
    const { page, end } = await open({}, '#/fans', { standingMs: 3_600_000 });
    await page.clock.install();
    await logIn(page);
    let isAway = true;
    await page.route('**/api/v1/**', (route) => (isAway ? route.abort() : route.continue()));
    await page.fill('input[type=search]', 'price');
    await page.clock.runFor(500);
    await page.waitForSelector('.list .problems');
    expect(await page.locator('.banner').count()).toBe(0);
    await page.clock.runFor(10_500);
    await page.waitForSelector('.banner >> text=No connection');
    isAway = false;
    await page.clock.runFor(3_000);
    await count(page, '.banner', 0);
    await count(page, '.list .problems', 0);
    await end();
  });

  it('says in plain words that the server is away, and what of a link is no time', async () => {
    const { page, staff, end } = await open({}, '#/corrections?from=2013-05-07T14:55:00Z&to=yesterday');
    await logIn(page);
    expect(await page.textContent('.problems')).toContain('to=yesterday, which is no time');
    expect(await page.inputValue('[name=from]')).toBe('2013-05-07T14:55');
    await page.click('form.fields button.main');
    await page.waitForSelector('.problems >> text=Say what was wrong');
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
      /Since .*12:00:00.* no text can be sent: the platform refuses the access token; another is fetched \(40001\)\. Nothing waits/,
    );
    await page.click('#language');
    await page.waitForSelector('[data-trouble] >> text=平台拒绝了 access token');
    staff.service.setSendTrouble(undefined);
    await page.waitForSelector('.banner.good >> text=已恢复发送');
    await count(page, '[data-trouble]', 0);
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
});
