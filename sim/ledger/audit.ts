/**
 * Does the ledger close? Every planned message exactly once, every reactive one exactly once, each with one end that
 * makes sense. A ledger that does not close is a bug of ours (exit code 70), whatever the target did.
 */
import { formatCount } from '../../core/units.js';
import type { Cause } from '../delivery/end.js';
import { causes, dropCauses, outcomes, postFailures, unsentCauses } from '../delivery/end.js';
import type { Ledger } from './row.js';
import { Flag } from './row.js';

export interface Audit {
  readonly closed: boolean;
  /** planned + reactive */
  readonly expected: number;
  /** Ids that have exactly one row, and that row a sound end. */
  readonly accounted: number;
  /** What does not fit, in words, with examples; empty when closed. */
  readonly faults: readonly string[];
}

const EXAMPLES = 5;

/** `planned`: the plan's length; its ids are 0..planned-1. Reactive ids lie above, not necessarily without gaps. */
export function audit(ledger: Ledger, planned: number): Audit {
  const faults = new FaultList();
  const id = inOrder(ledger.id) ? ledger.id : ledger.id.slice().sort();
  if (id !== ledger.id) faults.add('ledger not in order of id', firstDescent(ledger.id));

  const unsound = new Set<number>();
  for (let row = 0; row < ledger.length; row++) {
    const fault = rowFault(ledger, row, planned);
    if (fault === undefined) continue;
    faults.add(fault, ledger.id[row]!);
    unsound.add(ledger.id[row]!);
  }

  let accounted = 0;
  let reactive = 0;
  let next = 0;
  for (let row = 0; row < id.length; ) {
    const current = id[row]!;
    let copies = 1;
    while (row + copies < id.length && id[row + copies] === current) copies += 1;
    for (; next < Math.min(current, planned); next++) faults.add('planned message without a row', next);
    next = current + 1;
    if (current >= planned) reactive += 1;
    if (copies > 1) faults.add('message with more than one row', current);
    else if (unsound.size === 0 || !unsound.has(current)) accounted += 1;
    row += copies;
  }
  for (; next < planned; next++) faults.add('planned message without a row', next);

  const expected = planned + reactive;
  const words = faults.words();
  return { closed: words.length === 0 && accounted === expected, expected, accounted, faults: words };
}

const outcomeCount = outcomes.length;
const dropped = outcomes.indexOf('dropped');
const unsent = outcomes.indexOf('unsent');
const isDropCause = causes.map((cause) => (dropCauses as readonly Cause[]).includes(cause));
const isPostFailure = causes.map((cause) => (postFailures as readonly Cause[]).includes(cause));
const isUnsentCause = causes.map((cause) => (unsentCauses as readonly Cause[]).includes(cause));

/** The first thing wrong with a row; undefined: nothing is. */
function rowFault(ledger: Ledger, row: number, planned: number): string | undefined {
  const outcome = ledger.outcome[row]!;
  const cause = ledger.cause[row]!;
  const sentUs = ledger.sentUs[row]!;
  const lastSentUs = ledger.lastSentUs[row]!;
  const doneUs = ledger.doneUs[row]!;

  if (outcome >= outcomeCount) return 'row with no known outcome';
  if (cause >= causes.length) return 'row with no known cause';
  if (outcome === dropped && !isDropCause[cause]) return 'dropped message without the cause of a drop';
  if (outcome === unsent && !isUnsentCause[cause]) return 'unsent message without the cause of that';
  if (outcome < dropped && cause !== 0) return 'message with a reply and yet a cause for none';
  if (!Number.isFinite(ledger.dueUs[row]!)) return 'message without a due time';
  if (!Number.isFinite(doneUs)) return 'message without an end time';
  // An unsent message may carry the trace of a post that this machine failed to make.
  if (outcome !== unsent) {
    const isPosted = ledger.attempts[row]! > 0;
    if (causes[cause] === 'blocked') {
      const hasTrace = isPosted || !Number.isNaN(sentUs) || !Number.isNaN(lastSentUs);
      return hasTrace ? 'message that was blocked, and yet posted' : flagFault(ledger, row, planned);
    }
    if (!isPosted) return 'message with an end and no post';
    if (!Number.isFinite(sentUs) || !Number.isFinite(lastSentUs)) return 'message without the time of its post';
    if (lastSentUs < sentUs) return 'message posted last before it was posted first';
    if (doneUs < lastSentUs) return 'message settled before it was posted';
  }
  return flagFault(ledger, row, planned);
}

function flagFault(ledger: Ledger, row: number, planned: number): string | undefined {
  const flags = ledger.flags[row]!;
  const correctedUs = ledger.correctedUs[row]!;
  if (((flags & Flag.reactive) !== 0) !== ledger.id[row]! >= planned)
    return 'message whose id and reactive flag differ';
  if (((flags & Flag.corrected) !== 0) !== Number.isFinite(correctedUs)) {
    return 'message whose corrected flag and time differ';
  }
  if ((flags & Flag.notice) !== 0 && !isPostFailure[ledger.cause[row]!])
    return 'message with a failure notice and no failed post';
  return undefined;
}

/** Counts faults by kind and keeps a few ids of each. */
class FaultList {
  readonly #kinds = new Map<string, { count: number; examples: number[] }>();

  add(kind: string, id: number): void {
    const entry = this.#kinds.get(kind) ?? { count: 0, examples: [] };
    this.#kinds.set(kind, entry);
    entry.count += 1;
    if (entry.examples.length < EXAMPLES) entry.examples.push(id);
  }

  words(): string[] {
    return [...this.#kinds].map(([kind, { count, examples }]) => {
      const more = count > examples.length ? ', …' : '';
      return `${kind}: ${formatCount(count)} (id ${examples.join(', ')}${more})`;
    });
  }
}

function inOrder(id: Uint32Array): boolean {
  for (let i = 1; i < id.length; i++) if (id[i]! < id[i - 1]!) return false;
  return true;
}

function firstDescent(id: Uint32Array): number {
  return id.find((value, i) => i > 0 && value < id[i - 1]!) ?? 0;
}
