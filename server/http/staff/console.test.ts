/** The console in a real browser: what people do with it. */
import { describe, expect, it } from 'vitest';
import { isWithoutChromium } from '../../../test/support/chromium.js';
import { consoleBrowser, count, logIn } from '../../../test/support/console-browser.js';
import { followed } from '../../engine/account-samples.js';
import { NOW_MS, type SampleStaff, STAFF_TOKEN } from './staff-samples.js';

describe.skipIf(isWithoutChromium('the console'))('the console in a browser', () => {
  const open = consoleBrowser();

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

  it('is worked by keys alone, from the token to the answer', async () => {
    const { page, staff, end } = await open();
    const seqs = [await staff.write('o1', 'first?'), await staff.write('o2', 'second?')];
    await page.waitForSelector('[name=token]:focus');
    await page.keyboard.type(STAFF_TOKEN);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[name=person]:focus');
    await page.keyboard.press('Enter');
    await count(page, 'ol.rows li', 2);
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.waitForSelector('[name=answer]:focus');
    // Nothing is written yet: nothing is sent.
    await page.keyboard.press('Control+Enter');
    await page.keyboard.type('Second!');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => staff.service.account.desk.inbox.get(seqs[1]!)).toBeUndefined();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.waitForSelector('[name=answer]:focus');
    await page.keyboard.type('First!');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => staff.service.account.desk.inbox.get(seqs[0]!)).toBeUndefined();
    expect(await page.locator('.problems').count()).toBe(0);
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
    await page.fill('.preview [name=text]', '{answer}');
    await page.click('form.fields button.main');
    await page.waitForSelector('.sample .right');
    // What was made with another text is not shown, and whoever is sure is sure of one text.
    await page.locator('.preview button.main').click();
    await page.waitForSelector('.preview button.danger');
    await page.fill('.preview [name=text]', '活动仍在进行，价格是 299 元。');
    await count(page, '.sample .right', 0);
    await count(page, '.preview button.danger', 0);
    await page.waitForSelector('.preview >> text=The first 20 of 40');
    const button = page.locator('.preview button.main');
    expect(await button.textContent()).toContain('Send to 40 fans');
    await button.click();
    expect(await button.textContent()).toContain('Really send to 40 fans');
    await button.click();
    await page.waitForSelector('[data-correction="1"]');
    const sent: string[] = [];
    await send(staff, 25, sent);
    await page.waitForSelector('[data-correction="1"] .counts >> text=25 sent');
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
