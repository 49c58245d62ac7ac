/** The folder a run leaves: made and tried before the load, filled after it; no failure to write hides the others. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { formatTimeOfDay } from '../../core/units.js';
import type { ChartData, ReportDocument, Summary } from './document.js';
import { contentsOf } from './folder-contents.js';
import { type Holder, holderOf, LOCK_NAME, takeFolder } from './folder-lock.js';

/** Files told of by name. */
const NAMED = 3;

export interface RunFolder {
  readonly path: string;
  /** Relative to where the user is. */
  readonly shownPath: string;
}

/**
 * Throws UserError (usage) where the folder asked for holds anything that no command of ours has left, or is in use. To be
 * asked before anything runs; opening the folder asks again.
 */
export function refuseFolder(out: string | undefined): void {
  if (out === undefined) return;
  const holder = holderOf(out);
  if (holder !== undefined) throw inUse(out, holder);
  const { foreign } = contentsOf(out);
  if (foreign.length === 0) return;
  const named = foreign.slice(0, NAMED).map((name) => join(out, name));
  const more = foreign.length > NAMED ? ` and ${foreign.length - NAMED} more` : '';
  const [are, them] = foreign.length === 1 ? ['is', 'it'] : ['are', 'them'];
  throw new UserError(
    ExitCode.usage,
    `--out ${out} holds what is not of a run: ${named.join(', ')}${more} ${are} not peakday's, and nothing of yours is to be replaced. Say a folder that is new, empty or an earlier run's, or move ${them} away`,
  );
}

/**
 * `reports/<scenario>/<UTC time>-<seed>`, or the folder asked for: ours alone until this process ends, and without what an
 * earlier run has left. Throws UserError where it is refused, or nothing can be written.
 */
export function openRunFolder(scenario: string, seed: number, out: string | undefined): RunFolder {
  refuseFolder(out);
  const stamp = new Date(wallMs()).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const path = out ?? unused(join('reports', scenario, `${stamp}-${seed}`));
  let holder: Holder | undefined;
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
    // A full disk lets a folder be made, but nothing be written.
    writeFileSync(join(path, '.try'), 'x'.repeat(4_096));
    rmSync(join(path, '.try'));
    holder = takeFolder(path);
    // Nobody may take the last run's green report for this one's.
    if (holder === undefined) for (const name of contentsOf(path).ours) rmSync(join(path, name));
  } catch (error) {
    throw new UserError(
      ExitCode.unexpected,
      `cannot write to ${path}: ${reasonOf(error)}. Nothing was played. Say --out DIR for another folder`,
    );
  }
  if (holder !== undefined) throw inUse(path, holder);
  return { path, shownPath: relative(process.cwd(), path) || '.' };
}

function inUse(path: string, { pid, host, since }: Holder): UserError {
  const where = host === hostname() ? '' : ` on ${host}`;
  const ended = where === '' ? '' : ` (if that has ended, delete ${join(path, LOCK_NAME)})`;
  return new UserError(
    ExitCode.usage,
    `${path} is in use by another peakday, process ${pid}${where}, since ${since}: say another --out, or wait for its end${ended}`,
  );
}

/** Two runs begun in the same second get a folder each. */
function unused(path: string): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? path : `${path}-${count}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/** Writes what can be written; returns a sentence for each file that could not. */
export function writeFiles(folder: RunFolder, files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files).flatMap(([name, content]) => {
    try {
      writeFileSync(join(folder.path, name), content);
      return [];
    } catch (error) {
      removeHalf(join(folder.path, name));
      return [`${join(folder.shownPath, name)} could not be written: ${reasonOf(error)}`];
    }
  });
}

/** What was begun of a file, or is an earlier writing's. */
function removeHalf(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is a folder, or the disk is gone.
  }
}

/** What a run folder holds, read again. Throws UserError (usage) where it is no run folder. */
export function readRunFolder(path: string): ReportDocument {
  const summary = readJson(path, 'summary.json', 'peakday.summary/1') as Summary;
  const charts = readJson(path, 'series.json', 'peakday.series/1') as ChartData;
  return { summary: completed(summary), charts };
}

/** The fields that were added to the first summaries. */
type Added = 'failedPosts' | 'notices' | 'byIntent' | 'byPart' | 'hooks' | 'outages' | 'droppedDetail' | 'samples';

/** A summary of an earlier version, with nothing in the fields that were added since. */
function completed(summary: Summary): Summary {
  const none = { count: 0, never: 0, p50: null, p90: null, p95: null, p99: null, p999: null, max: 0, mean: 0 };
  const { startDayS, speed } = summary.scenario;
  const added: Pick<Summary, Added> = {
    failedPosts: { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0 },
    notices: { count: 0, share: 0 },
    byIntent: [],
    byPart: [],
    hooks: [],
    outages: [],
    droppedDetail: null,
    samples: { malformed: [] },
  };
  const { firstPost = none, retried = none, ...latencyMs }: Partial<Summary['latencyMs']> = summary.latencyMs;
  return {
    ...summary,
    // In the order they were written in: what is complete is written again byte for byte.
    ...Object.fromEntries(Object.entries(added).filter(([name]) => !(name in summary))),
    latencyMs: { ...(latencyMs as Summary['latencyMs']), firstPost, retried },
    recovery: summary.recovery.map((event) => {
      const { endAt = formatTimeOfDay(startDayS + event.endS * speed, true) }: { endAt?: string } = event;
      return { ...event, endAt };
    }),
  };
}

function readJson(path: string, name: string, schema: string): unknown {
  const refuse = (reason: string) => new UserError(ExitCode.usage, `${path} is no run folder: ${name} ${reason}`);
  let text: string;
  try {
    text = readFileSync(join(path, name), 'utf8');
  } catch (error) {
    throw refuse(`cannot be read (${reasonOf(error)})`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'schema' in value && value.schema === schema) return value;
  } catch {
    throw refuse('is no JSON');
  }
  throw refuse(`is not of the form ${schema}`);
}

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
      return 'no space left on the device';
    case 'EDQUOT':
      return 'the disk quota is used up';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOENT':
      return 'there is no such file';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'there is a file where a folder should be';
    default:
      return error.message;
  }
}
