/**
 * `calibrate` on runs at 30 and 60 % of the reference server's ceiling, `validate` at 90 and 110 %, as a user types them.
 * In pieces, for what is in FOLDER already is not played again: `node dist/bench/validation.js FOLDER 30 60`, then
 * `… FOLDER 90 110`, then once more with another seed `… FOLDER 90:2 110:2`. Without arguments: all, and nothing is kept.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const CEILING_PER_S = 400;
const CALIBRATED = ['30', '60'];
const JUDGED = ['90', '110'];
/** Seconds; what is learnt of the way and the work hangs on how many messages waited, and at 30 % hardly any does. */
const LENGTH_S: Readonly<Record<string, number>> = { 30: 30, 60: 90 };
const USUAL_LENGTH_S = 40;
const REPLICATIONS = 20;
const scenario = fileURLToPath(new URL('../../bench/validation.yaml', import.meta.url));
const cli = fileURLToPath(new URL('../sim/cli/main.js', import.meta.url));

/** Prints as it goes. `runs`: loads in per cent, with a number after a colon where one is repeated. */
export function benchValidation(folder: string, runs: readonly string[], print: (text: string) => void): void {
  mkdirSync(folder, { recursive: true });
  for (const run of runs) {
    const out = join(folder, run.replace(':', '-'));
    if (!existsSync(out)) play(run, out);
  }
  const [calm, busy] = CALIBRATED.map((load) => join(folder, load)) as [string, string];
  if (!existsSync(calm) || !existsSync(busy)) return;
  const model = join(folder, 'model.json');
  print(peakday('calibrate', calm, busy, '--out', model));
  const judged = readdirSync(folder).filter((name) => /^\d/.test(name) && !CALIBRATED.includes(name));
  for (const name of judged.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
    print(`\n${name} %: `);
    print(peakday('validate', join(folder, name), '--model', model, '--replications', `${REPLICATIONS}`));
  }
}

/** All of it, and nothing is kept. */
export function benchValidationOnce(print: (text: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'peakday-validation-'));
  try {
    benchValidation(folder, [...CALIBRATED, ...JUDGED], print);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function play(run: string, out: string): void {
  const [load, repeat = '1'] = run.split(':') as [string, string?];
  const rate = (CEILING_PER_S * Number(load)) / 100;
  const length = LENGTH_S[load] ?? USUAL_LENGTH_S;
  const settings = [`traffic.coupons.rate=${rate}/s`, `day.length=${length}s`].flatMap((one) => ['--set', one]);
  peakday('run', scenario, ...settings, '--seed', `${Number(load) * 100 + Number(repeat)}`, '--out', out, '--quiet');
}

function peakday(...command: readonly string[]): string {
  return execFileSync(process.execPath, [cli, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [folder, ...runs] = process.argv.slice(2);
  const print = (text: string) => void process.stdout.write(text);
  if (folder === undefined) benchValidationOnce(print);
  else benchValidation(folder, runs, print);
}
