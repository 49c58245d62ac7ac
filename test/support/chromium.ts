/** The real browser of the tests. Without one they are skipped, unless PEAKDAY_REQUIRE_CHROMIUM is set. */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether tests that need it are to be left out; says so once. `what` was not opened. */
export function isWithoutChromium(what: string): boolean {
  if (existsSync(executablePath) || process.env.PEAKDAY_REQUIRE_CHROMIUM) return false;
  console.warn(`skipped: no browser at ${executablePath}; ${what} was not opened (apt install chromium)`);
  return true;
}

/** Takes up to a minute on a busy machine. */
export function launchChromium(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--headless', '--disable-gpu', ...quiet] });
}
