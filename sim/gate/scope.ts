/** Which rows of the ledger a gate looks at. */
import { unreachable } from '../../core/problem.js';
import { US_PER_S } from '../../core/units.js';
import { causes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { ErrorWindow } from '../measure/measures.js';
import type { Scope } from '../scenario/threshold.js';

/** What a gate can call by name. Times are microseconds of the run. */
export type NamedSpan =
  | { readonly type: 'phase' | 'fault'; readonly name: string; readonly fromUs: number; readonly toUs: number }
  /** `part`: the index in the ledger's `part` column. */
  | { readonly type: 'part'; readonly name: string; readonly part: number };

const interrupted = causes.indexOf('interrupted');

/** A name of more than one type means the first of these; `checkGates` asks for another name. */
const spanTypes = ['phase', 'part', 'fault'] as const;

export interface ScopeInput {
  readonly ledger: Ledger;
  readonly spans: readonly NamedSpan[];
  readonly errorWindows: readonly Pick<ErrorWindow, 'fromS' | 'toS'>[];
  /** Seconds since midnight of the scenario's first day -> microseconds of the run. */
  readonly dayToRunUs: (dayS: number) => number;
}

/** Row numbers, ascending. What was never played because the run was stopped is in no scope: nothing is known of it. */
export function rowsInScope(scope: Scope, input: ScopeInput): Uint32Array {
  const { length, cause } = input.ledger;
  const isInside = rowTest(scope, input);
  const rows = new Uint32Array(length);
  let count = 0;
  if (isInside === undefined) {
    for (let row = 0; row < length; row++) if (cause[row] !== interrupted) rows[count++] = row;
  } else {
    for (let row = 0; row < length; row++) if (cause[row] !== interrupted && isInside(row)) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** undefined: every row. */
function rowTest(scope: Scope, input: ScopeInput): ((row: number) => boolean) | undefined {
  const { ledger } = input;
  switch (scope.type) {
    case 'run':
      return undefined;
    case 'clock': {
      const [fromUs, toUs] = [input.dayToRunUs(scope.fromDayS), input.dayToRunUs(scope.toDayS)];
      return (row) => ledger.dueUs[row]! >= fromUs && ledger.dueUs[row]! < toUs;
    }
    case 'errorWindow': {
      const windows = input.errorWindows.map(({ fromS, toS }) => [fromS * US_PER_S, toS * US_PER_S] as const);
      // Both ends belong to a window; seconds lose less than a microsecond on the way here and back.
      const isIn = (atUs: number) => windows.some(([fromUs, toUs]) => atUs >= fromUs - 1 && atUs <= toUs + 1);
      return (row) => isIn(ledger.doneUs[row]!) === scope.inside;
    }
    case 'named':
      return namedTest(scope.name, input);
    default:
      return unreachable(scope);
  }
}

/** Several spans of one name and type (a fault played twice) count together; an unknown name holds nothing. */
function namedTest(name: string, { ledger, spans }: ScopeInput): (row: number) => boolean {
  const called = spans.filter((span) => span.name === name);
  const type = spanTypes.find((candidate) => called.some((span) => span.type === candidate));
  const tests = called.filter((span) => span.type === type).map((span) => spanTest(span, ledger));
  const [first, ...others] = tests;
  if (first !== undefined && others.length === 0) return first;
  return (row) => tests.some((isInside) => isInside(row));
}

function spanTest(span: NamedSpan, { part, dueUs }: Ledger): (row: number) => boolean {
  if (span.type === 'part') return (row) => part[row] === span.part;
  const { fromUs, toUs } = span;
  return (row) => dueUs[row]! >= fromUs && dueUs[row]! < toUs;
}
