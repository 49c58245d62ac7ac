/**
 * `--vary PATH=FROM..TO[:STEP]`: the values one setting may take, from the cheap end to the strong end.
 *
 *   server.workers=1..32            whole numbers, one by one
 *   server.queue=0..10000:500       by a step
 *   server.workTime.mean=40ms..5ms:5ms   with units a step is needed; falling where less is more
 */
import { parseDurationS } from '../../core/units.js';
import { isPath } from '../scenario/setting.js';

export interface Variation {
  readonly name: string;
  /** As a scenario would write them; at least one. */
  readonly values: readonly (number | string)[];
  /** The same range the other way round, as it is typed. */
  readonly turned: string;
}

const MOST_VALUES = 10_000;
const amount = /^(\d+(?:\.\d+)?)\s*([a-z%/]*)$/;

/** A string is the message for the user. */
export function parseVariation(text: string): Variation | string {
  const match = /^\s*([^\s=]+)\s*=\s*(\S+?)\.\.([^\s:]+)(?::(\S+))?\s*$/.exec(text);
  if (!match)
    return `${JSON.stringify(text)} is no range; write PATH=FROM..TO or PATH=FROM..TO:STEP, like server.workers=1..32`;
  const [, name = '', fromText = '', toText = '', stepText] = match;
  if (!isPath(name)) return `${JSON.stringify(name)} is not a path like server.workers`;
  const [from, to, step] = [fromText, toText, stepText].map(readAmount);
  if (from === undefined || to === undefined)
    return `${JSON.stringify(text)}: FROM and TO are numbers, like 1..32 or 5ms..50ms:5ms`;
  if (from.unit !== to.unit) return `${JSON.stringify(text)}: FROM and TO need the same unit`;
  if (stepText !== undefined && (step === undefined || step.unit !== from.unit || step.count <= 0)) {
    return `${JSON.stringify(text)}: the step is a number above 0 with the unit of FROM`;
  }
  const isWhole = from.unit === '' && Number.isInteger(from.count) && Number.isInteger(to.count);
  if (step === undefined && !isWhole)
    return `${JSON.stringify(text)}: add a step, like ${fromText}..${toText}:${fromText}`;
  const turned = `${name}=${toText}..${fromText}${stepText === undefined ? '' : `:${stepText}`}`;
  return { name, turned, ...valuesOf(from, to, step?.count ?? 1) };
}

interface Amount {
  readonly count: number;
  readonly unit: string;
}

function readAmount(text: string | undefined): Amount | undefined {
  const match = text === undefined ? null : amount.exec(text);
  if (!match) return undefined;
  const [, count = '', unit = ''] = match;
  const isUnit = unit === '' || unit === '%' || unit.startsWith('/') || parseDurationS(`1${unit}`) !== undefined;
  return isUnit ? { count: Number(count), unit } : undefined;
}

/** The end is among them, whether the step meets it or not: it is the most the user would give. */
function valuesOf(from: Amount, to: Amount, step: number): { values: (number | string)[] } {
  const steps = Math.min(MOST_VALUES - 1, Math.floor(Math.abs(to.count - from.count) / step + 1e-9));
  const sign = Math.sign(to.count - from.count);
  const counts = Array.from({ length: steps + 1 }, (_, place) =>
    // As many digits as were typed: 0.1 + 0.2 is 0.3 here.
    Number((from.count + sign * place * step).toPrecision(12)),
  );
  if (counts.at(-1) !== to.count) counts.push(to.count);
  return { values: counts.map((count) => (from.unit === '' ? count : `${count}${from.unit}`)) };
}
