/**
 * A generator thread that dies in the middle of a run. It is killed from outside, by a module that Node loads before the
 * command (`--import`), once its first rows are on the disk.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, peakday, summaryIn } from '../support/cli.js';

const folder = newFolder();
const scenario = join(folder, 'scenario.yaml');
writeFileSync(
  scenario,
  `name: dead-thread
day: { length: 20s }
fans: { followers: 5000 }
intents: { hours: { says: ["几点开门？"], expect: { contains: "9:00" } } }
traffic: [{ name: questions, model: constant, rate: 1000/s, sends: hours }]
server: { answers: { rules: [{ name: hours, contains: ["几点"], reply: { text: "每天9:00开门" } }] } }
`,
);

const SPOOLED_ROWS = 1_024;
const whenSpooled = (act: string) => `
  const look = setInterval(() => {
    const size = statSync(process.env.SPOOL, { throwIfNoEntry: false })?.size ?? 0;
    if (size < ${64 * SPOOLED_ROWS}) return;
    clearInterval(look);
    writeFileSync(process.env.SPOOL_SIZE, String(size));
    ${act}
  }, 10);
  look.unref();`;
const imports = `import { statSync, writeFileSync } from 'node:fs';\nimport { isMainThread, threadId } from 'node:worker_threads';
// The reference server is a process of its own, whose store has threads too.
const isCommand = !/server.store|reference-child/.test(process.argv[1]);
`;

it.each([
  [
    'an uncaught error',
    `if (isCommand && !isMainThread && threadId === 1) {${whenSpooled(`throw new Error('struck by lightning');`)}}`,
  ],
  [
    'being terminated',
    `let threads = 0;
process.on('worker', (worker) => {
  if (!isCommand || threads++ > 0) return;
  ${whenSpooled('worker.terminate();')}
});`,
  ],
])(
  'a thread that dies of %s: the others stop, and the report has what it had written',
  { timeout: 120_000 },
  async (_, killer) => {
    const name = killer.includes('lightning') ? 'error' : 'terminated';
    const out = join(folder, name);
    writeFileSync(join(folder, `${name}.mjs`), imports + killer);
    const ended = await peakday(['run', scenario, '--threads', '2', '--quiet', '--out', out], {
      NODE_OPTIONS: `--import=${join(folder, `${name}.mjs`)}`,
      SPOOL: join(out, 'spool-0.bin'),
      SPOOL_SIZE: join(folder, `${name}.size`),
    });
    expect(ended.exitCode).toBe(1);
    const { verdict, audit, messages, unsent } = summaryIn(out);
    expect(verdict).toMatchObject({ status: 'invalid', exitCode: 1 });
    expect(audit).toMatchObject({ closed: true, accounted: messages.planned });
    const words =
      /^Generator thread 1 of 2 died \((.*)\), and the run was stopped: of its ([\d,]+) planned messages ([\d,]+) are in the ledger with their end, ([\d,]+) stand there as unsent: interrupted, ([\d,]+) of which/.exec(
        verdict.reasons[0] ?? '',
      );
    const [planned, found, missing, open] = (words ?? []).slice(2).map((text) => Number(text.replaceAll(',', '')));
    const spooled = Number(readFileSync(join(folder, `${name}.size`), 'utf8')) / 64;
    expect(found! + missing!).toBe(planned);
    expect(missing).toBeGreaterThan(0);
    expect(open).toBeLessThanOrEqual(missing!);
    expect(unsent.interrupted).toBeGreaterThanOrEqual(missing!);
    expect(messages.planned - unsent.interrupted).toBeGreaterThanOrEqual(found!);
    if (name === 'error') {
      // It still wrote what it had in memory, at least the row for which it had emptied its chunk.
      expect(words?.[1]).toBe('struck by lightning');
      expect(found).toBeGreaterThan(spooled);
    } else {
      expect(found).toBeGreaterThanOrEqual(spooled);
    }
  },
);
