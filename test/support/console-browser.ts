/** For tests: the console in a real browser, over an account with some past. */
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { STAFF_TOKEN, sampleStaff } from '../../server/http/staff/staff-samples.js';
import { launchChromium } from './chromium.js';

/** To be called where the tests are described. Gives what opens a page; its `end` fails on anything a page should not do. */
export function consoleBrowser() {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
  });

  return async function open(options: BrowserContextOptions = {}, place = '', streams = { standingMs: 50 }) {
    const staff = await sampleStaff({ streams });
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
  };
}

export async function logIn(page: Page): Promise<void> {
  await page.fill('[name=token]', STAFF_TOKEN);
  await page.click('button.main');
  await page.selectOption('[name=person]', 'Ann');
  await page.click('button.main');
  await page.waitForSelector('#waiting');
}

export const count = (page: Page, selector: string, wanted: number) =>
  expect.poll(() => page.locator(selector).count(), { timeout: 20_000 }).toBe(wanted);

export const fits = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
