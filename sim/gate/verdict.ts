/**
 * The one verdict of a run. What makes the numbers untrustworthy comes before what the numbers say: a ledger that does
 * not close, a run that was stopped, a generator that could not keep up, and only then the thresholds.
 */
import { ExitCode } from '../../core/exit-code.js';
import { formatCount } from '../../core/units.js';
import type { Audit, Instrument } from '../measure/measures.js';
import type { GateResult } from './gate-result.js';
import { type SetAside, setAsideReasons } from './set-aside.js';

export type VerdictStatus = 'pass' | 'fail' | 'invalid' | 'interrupted';

export interface Verdict {
  readonly status: VerdictStatus;
  readonly exitCode: ExitCode;
  /** Plain sentences, most important first. */
  readonly reasons: readonly string[];
}

export interface VerdictInput {
  /** Those that could be judged. */
  readonly gates: readonly GateResult[];
  readonly gatesSetAside: readonly SetAside[];
  readonly instrument: Pick<Instrument, 'status' | 'reasons'>;
  readonly audit: Audit;
  /** Stopped by the user or a signal; not when a gate stopped it. */
  readonly interrupted: boolean;
  /** Why our own part of the run failed (the reference server died): then nothing it shows is the target's. */
  readonly broken?: string | undefined;
  /** Files of the report that could not be written, in words: such a run is not green, for CI may miss what it looks for. */
  readonly unwritten?: readonly string[] | undefined;
  /** The gate that stopped the run, from `failedAbortGate`. */
  readonly abortedBy?: GateResult | undefined;
}

export function decideVerdict(input: VerdictInput): Verdict {
  const { gates, gatesSetAside, instrument, audit, interrupted, abortedBy } = input;
  const failed = gates.filter(({ pass }) => !pass);
  const aside = setAsideReasons(gates.length, gatesSetAside);
  const also = [...abortReasons(abortedBy), ...failed.map(failureReason)];
  if (!audit.closed) {
    const sum = `The ledger does not close: ${formatCount(audit.accounted)} of ${formatCount(audit.expected)} messages have exactly one end. This is a bug of peakday, not of the target.`;
    return { status: 'invalid', exitCode: ExitCode.ledgerOpen, reasons: [sum, ...audit.faults.map(sentence)] };
  }
  if (input.broken !== undefined) {
    return { status: 'invalid', exitCode: ExitCode.unexpected, reasons: [sentence(input.broken), ...also] };
  }
  if (interrupted) {
    const stopped = 'The run was interrupted before its end; what is shown covers only the part that was played.';
    return {
      status: 'interrupted',
      exitCode: ExitCode.interrupted,
      reasons: [stopped, ...instrumentReasons(instrument), ...also, ...aside],
    };
  }
  if (instrument.status === 'INVALID') {
    return { status: 'invalid', exitCode: ExitCode.instrumentInvalid, reasons: instrumentReasons(instrument) };
  }
  // Green must mean measured: gates that were declared and all set aside are no pass.
  const unjudged = gates.length === 0 && gatesSetAside.length > 0 ? ['None of the gates could be judged.'] : [];
  const doubts = [...aside, ...instrumentReasons(instrument)];
  if (also.length + unjudged.length > 0) {
    return { status: 'fail', exitCode: ExitCode.thresholdFailed, reasons: [...unjudged, ...also, ...doubts] };
  }
  const reasons = [passReason(gates.length, aside.length > 0), ...doubts];
  const { unwritten = [] } = input;
  if (unwritten.length === 0) return { status: 'pass', exitCode: ExitCode.pass, reasons };
  const missing = sentence(`the report is not whole: ${unwritten.join('; ')}`);
  return { status: 'fail', exitCode: ExitCode.unexpected, reasons: [missing, ...reasons] };
}

function passReason(count: number, isPart: boolean): string {
  if (count === 0) return 'No gates were declared: every message has an end and the instrument was not invalid.';
  const those = isPart ? ' that could be judged' : '';
  return count === 1 ? `The one gate${those} held.` : `All ${formatCount(count)} gates${those} held.`;
}

function failureReason({ name, expression, shown }: GateResult): string {
  const wanted = name === expression ? expression : `${name} (${expression})`;
  return shown === 'no samples'
    ? `Failed: ${wanted} — there was no message to measure it on.`
    : `Failed: ${wanted} — observed ${shown}.`;
}

function abortReasons(gate: GateResult | undefined): string[] {
  return gate === undefined ? [] : [`The run was stopped early by the gate "${gate.name}": observed ${gate.shown}.`];
}

/** What a verdict says of the instrument; a report that has told of it before leaves these out. */
export function instrumentReasons({ status, reasons }: VerdictInput['instrument']): string[] {
  switch (status) {
    case 'VALID':
      return [];
    case 'SUSPECT':
      return reasons.map((reason) => `The instrument is SUSPECT: ${sentence(reason)}`);
    case 'INVALID':
      return [
        'The load generator could not do what the scenario asked, so the numbers do not describe the target.',
        ...reasons.map(sentence),
      ];
  }
}

function sentence(text: string): string {
  const opened = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?。]$/.test(opened) ? opened : `${opened}.`;
}
