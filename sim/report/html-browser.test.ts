/** report.html in a real browser. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isWithoutChromium, launchChromium } from '../../test/support/chromium.js';
import type { ReportDocument } from './document.js';
import { emptyDocument, hostileDocument, invalidDocument, predictedDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { renderHtml } from './html.js';

describe.skipIf(isWithoutChromium('report.html'))('report.html in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peakday-report-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(document: ReportDocument, options: BrowserContextOptions = {}, query = '') {
    const path = join(folder, 'report.html');
    writeFileSync(path, renderHtml(document));
    const page = await browser.newPage({ viewport: { width: 1_200, height: 900 }, locale: 'en-US', ...options });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => requests.push(request.url()));
    await page.addInitScript(
      "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective))",
    );
    const url = `${pathToFileURL(path).href}${query}`;
    await page.goto(url);
    return { page, complaints, foreign: () => requests.filter((requested) => requested !== url) };
  }

  /** Pixels that are not transparent, of each canvas. */
  const paintedPixels = (page: Page) =>
    page.evaluate<number[]>(`[...document.querySelectorAll('.plot canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let painted = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) painted++;
      return painted;
    })`);

  it('draws six charts, without a complaint, from this file alone', async () => {
    const { page, complaints, foreign } = await open(floralandDocument());
    const painted = await paintedPixels(page);
    expect(painted).toHaveLength(6);
    for (const pixels of painted) expect(pixels).toBeGreaterThan(2_000);
    expect(complaints).toEqual([]);
    expect(foreign()).toEqual([]);
    await page.close();
  });

  it('draws what a model predicted, dashed, over what was measured, and says how far off it was', async () => {
    const pictures = async (document: ReportDocument) => {
      const { page, complaints } = await open(document);
      const shown = await Promise.all(
        ['response', 'backlog', 'rate'].map((id) =>
          page.evaluate<string>(`document.querySelector('[data-chart=${id}] canvas').toDataURL()`),
        ),
      );
      return { page, complaints, shown };
    };
    const [plain, predicted] = [await pictures(floralandDocument()), await pictures(predictedDocument())];
    expect(predicted.complaints).toEqual([]);
    expect(await plain.page.locator('.legend .dashed').count()).toBe(0);
    expect(await predicted.page.locator('[data-chart=response] .legend .dashed').count()).toBe(2);
    expect(await predicted.page.locator('[data-chart=backlog] .legend .dashed').count()).toBe(1);
    expect(predicted.shown.map((picture, at) => picture === plain.shown[at])).toEqual([false, false, true]);
    expect(await predicted.page.locator('#prediction').textContent()).toMatch(/p99\s*130\s?ms.*100\s?ms.*within/s);
    expect(await plain.page.locator('#prediction').count()).toBe(0);
    await plain.page.close();
    await predicted.page.close();
  });

  it.each([['light'], ['dark']] as const)('is drawn in the colours of a %s screen', async (colorScheme) => {
    const { page, complaints } = await open(invalidDocument(), { colorScheme });
    const luminance = await page.evaluate<number>(
      'getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3',
    );
    if (colorScheme === 'dark') expect(luminance).toBeLessThan(60);
    else expect(luminance).toBeGreaterThan(200);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('speaks English unless asked, and Chinese on request', async () => {
    const { page, complaints } = await open(floralandDocument());
    const visible = () => page.evaluate<string>('document.body.innerText');
    expect(await visible()).not.toMatch(/积压/);
    await page.click('#language');
    expect(await visible()).toMatch(/积压在 20:14 达到峰值/);
    expect(await visible()).not.toMatch(/backlog peaked/);
    expect(await paintedPixels(page)).toHaveLength(6);
    await page.click('#language');
    expect(await visible()).toMatch(/backlog peaked/);
    expect(complaints).toEqual([]);
    await page.close();
    const language = async (options: BrowserContextOptions, query: string) => {
      const opened = await open(floralandDocument(), options, query);
      const spoken = await opened.page.evaluate<string>('document.documentElement.lang');
      await opened.page.close();
      return spoken;
    };
    expect(await language({}, '?lang=zh')).toBe('zh');
    expect(await language({ locale: 'zh-CN' }, '')).toBe('zh');
    expect(await language({ locale: 'zh-CN' }, '?lang=en')).toBe('en');
    expect(await language({ locale: 'fr-FR' }, '')).toBe('en');
  });

  it.each([['en'], ['zh']])('fits a phone without scrolling sideways (%s)', async (language) => {
    const phone = { viewport: { width: 375, height: 800 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
    const { page, complaints } = await open(floralandDocument(), phone, `?lang=${language}`);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('reads all charts at one moment, and zooms them together', async () => {
    const { page } = await open(floralandDocument());
    const plot = page.locator('[data-chart=response] .u-over');
    await plot.hover();
    const moments = await page.locator('.legend .at').allInnerTexts();
    expect(new Set(moments).size).toBe(1);
    expect(moments[0]).toMatch(/^1[12]:\d\d:\d\d$/);
    const box = (await plot.boundingBox())!;
    const before = await page.locator('[data-chart=rate] .plot').screenshot();
    await page.mouse.move(box.x + box.width * 0.8, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40, { steps: 4 });
    await page.mouse.up();
    const after = await page.locator('[data-chart=rate] .plot').screenshot();
    expect(after.equals(before)).toBe(false);
    await page.close();
  });

  it('runs nothing a user wrote', async () => {
    const { page, complaints, foreign } = await open(hostileDocument(), {}, '?lang=zh');
    expect(await page.locator('h1').textContent()).toBe('<script>alert(1)</script>');
    expect(await page.locator('script').count()).toBe(3);
    expect(await page.locator('img').count()).toBe(0);
    expect(await paintedPixels(page)).toHaveLength(6);
    expect(complaints).toEqual([]);
    expect(foreign()).toEqual([]);
    await page.close();
  });

  it('is drawn on white paper, whatever the screen', async () => {
    const { page, complaints } = await open(floralandDocument(), { colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(await page.evaluate<boolean>("document.documentElement.hasAttribute('data-print')")).toBe(false);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('bears a run in which nothing happened', async () => {
    const { page, complaints } = await open(emptyDocument());
    expect(complaints).toEqual([]);
    expect((await paintedPixels(page)).length).toBe(5);
    await page.close();
  });
});
