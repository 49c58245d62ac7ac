/**
 * A generator thread that dies in the middle of a run. It is killed from outside, by a module that Node loads before the
 * command (`--import`), once its first rows are on the disk.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, peakday, summaryIn } from '../support/cli.js';

const folder = newFolder();
const scenario = join(folder, 'scenario.yaml');
writeFileSync(
  scenario,
  `name: dead-thread
day: { length: 12s }
fans: { followers: 5000 }
intents: { hours: { says: ["几点开门？"], expect: { contains: "9:00" } } }
traffic: [{ name: questions, model: constant, rate: 2000/s, sends: hours }]
server: { answers: { rules: [{ name: hours, contains: ["几点"], reply: { text: "每天9:00开门" } }] } }
`,
);

/** Rows of one chunk, which a thread writes to its file at once. */
const CHUNK_ROWS = 1_024;
const whenSpooled = (act: string) => `
  const look = setInterval(() => {
    if ((statSync(process.env.SPOOL, { throwIfNoEntry: false })?.size ?? 0) < ${64 * CHUNK_ROWS}) return;
    clearInterval(look);
    ${act}
  }, 10);
  look.unref();`;
const imports = `import { statSync } from 'node:fs';\nimport { isMainThread, threadId } from 'node:worker_threads';\n`;

it.each([
  [
    'an uncaught error',
    `if (!isMainThread && threadId === 1) {${whenSpooled(`throw new Error('struck by lightning');`)}}`,
  ],
  [
    'being terminated',
    `let threads = 0;
process.on('worker', (worker) => {
  if (threads++ > 0) return;
  ${whenSpooled('worker.terminate();')}
});`,
  ],
])('a thread that dies of %s: the others stop, and the report has what it had written', async (_, killer) => {
  const name = killer.includes('lightning') ? 'error' : 'terminated';
  const out = join(folder, name);
  writeFileSync(join(folder, `${name}.mjs`), imports + killer);
  const ended = await peakday(['run', scenario, '--threads', '2', '--quiet', '--out', out], {
    NODE_OPTIONS: `--import=${join(folder, `${name}.mjs`)}`,
    SPOOL: join(out, 'spool-0.bin'),
  });
  expect(ended.exitCode).toBe(1);
  const { verdict, audit, messages, outcomes, unsent } = summaryIn(out);
  expect(verdict).toMatchObject({ status: 'invalid', exitCode: 1 });
  expect(audit).toMatchObject({ closed: true, accounted: messages.planned });
  // Stopped long before its end, and every message accounted for.
  expect(unsent.interrupted).toBeGreaterThan(messages.planned / 4);
  const words =
    /^Generator thread 1 of 2 died \((.*)\), and the run was stopped: of its ([\d,]+) planned messages ([\d,]+) are in the ledger with their end, ([\d,]+) stand there as unsent: interrupted, ([\d,]+) of which/.exec(
      verdict.reasons[0] ?? '',
    );
  const [planned, found, missing, open] = (words ?? []).slice(2).map((text) => Number(text.replaceAll(',', '')));
  expect(found).toBeGreaterThanOrEqual(CHUNK_ROWS);
  expect(found! + missing!).toBe(planned);
  expect(outcomes.answered).toBeGreaterThanOrEqual(found! - 1_000);
  if (name === 'error') {
    // It still wrote what it had in memory; only what was on the wire is not known.
    expect(words?.[1]).toBe('struck by lightning');
    expect(open).toBeLessThan(300);
  } else expect(found! % CHUNK_ROWS).toBe(0);
});
