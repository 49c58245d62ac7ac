/** A gate as the scenario writes it (a bare expression or an object), brought to one form. */
import { parseDurationS } from '../../core/units.js';
import { type Gate, parseThreshold, type Threshold } from '../scenario/threshold.js';

export interface DeclaredGate {
  /** The expression itself when no name was given. */
  readonly name: string;
  readonly expression: string;
  readonly threshold: Threshold;
  /** Run time in seconds from which on a failure stops the run; undefined: judged at the end only. */
  readonly abortAfterS: number | undefined;
}

/** The schema has parsed every expression before: one that does not parse here is a bug of ours. */
export function declareGate(gate: Gate): DeclaredGate {
  const written = typeof gate === 'string' ? { that: gate } : gate;
  const threshold = parseThreshold(written.that);
  if (typeof threshold === 'string') throw new Error(`a gate the schema let through does not parse: ${threshold}`);
  return {
    name: written.name ?? written.that,
    expression: written.that,
    threshold,
    abortAfterS: written.abort === undefined ? undefined : parseDurationS(written.abort.after),
  };
}
