/** What yargs lets through: `--speed abc` (NaN to it), `--speed` alone, `--speed 5 --speed 6` (a list). Pure. */
import process from 'node:process';
import type { Problem } from '../../core/problem.js';
import { environmentName } from './environment-options.js';

const numberFlags = ['speed', 'seed', 'threads', 'replications', 'workers', 'port', 'platform-port'] as const;
type NumberFlag = (typeof numberFlags)[number];

/** Flags, and positional words, that are lists. */
const lists = new Set(['_', 'run', 'set', 'promise', 'vary', 'header', 'webhook']);

const MAX_PORT = 65_535;

/** The same flags; those that should be numbers and are none are left out. */
export type SoundNumbers<Flags> = Omit<Flags, NumberFlag> & Partial<Pick<Flags, NumberFlag & keyof Flags>>;

export function soundNumbers<Flags extends object>(
  flags: Flags,
  said = saidAs,
): { readonly flags: SoundNumbers<Flags>; readonly problems: readonly Problem[] } {
  const values = Object.entries(flags);
  const wrong = new Map(
    values.flatMap(([name, value]) => {
      const problem = value === undefined || !isNumberFlag(name) ? undefined : wrongNumber(name, value, said(name));
      return problem === undefined ? [] : [[name, problem]];
    }),
  );
  return {
    flags: Object.fromEntries(values.filter(([name]) => !wrong.has(name))) as SoundNumbers<Flags>,
    problems: [...wrong.values()].map((message) => ({ message })),
  };
}

/** Those that were said more than once and have one value. Numbers tell it themselves. */
export function saidTwice(flags: Record<string, unknown>): Problem[] {
  return Object.entries(flags)
    .filter(
      ([name, value]) => Array.isArray(value) && /^[a-z-]+$/.test(name) && !lists.has(name) && !isNumberFlag(name),
    )
    .map(([name]) => ({ message: `--${name} is said more than once` }));
}

function isNumberFlag(name: string): name is NumberFlag {
  return (numberFlags as readonly string[]).includes(name);
}

function wrongNumber(name: NumberFlag, value: unknown, said: string): string | undefined {
  const isPort = name === 'port' || name === 'platform-port';
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return `${said} takes one number, like --${name} ${isPort ? 8080 : 2}`;
  }
  if (!isPort || (Number.isInteger(value) && value >= 0 && value <= MAX_PORT)) return undefined;
  return `${said} ${value} is no port: a whole number up to ${MAX_PORT}, or 0 for any free one`;
}

/** How the user said it: as a flag, or by the environment. */
function saidAs(name: string): string {
  const isFlag = process.argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const variable = environmentName(name);
  return !isFlag && process.env[variable] !== undefined ? variable : `--${name}`;
}
