/**
 * The instrument judges itself: were these figures the target's, or the generator's own? INVALID: they may not be used.
 * SUSPECT: they may be wrong in the digits that matter. What was left unsent because the run was interrupted does not
 * count against the generator.
 */
import { formatCount, formatShare } from '../../core/units.js';
import type { Counts, GeneratorFacts, Instrument, InstrumentStatus, LatencySummary } from './measures.js';

export interface InstrumentLimits {
  /** Unsent for want of a socket or a place in flight, of planned and reactive: INVALID above. */
  readonly unsentShareInvalid: number;
  /** Posts whose answer the generator read too late, of planned and reactive: INVALID above; SUSPECT: any. */
  readonly heardLateShareInvalid: number;
  /** 99th percentile of the send lag: INVALID, SUSPECT above. */
  readonly sendLagP99MsInvalid: number;
  readonly sendLagP99MsSuspect: number;
  /** Median of the send lag: SUSPECT above. */
  readonly sendLagP50MsSuspect: number;
  /** p99 send lag ÷ p99 response: SUSPECT above, if the lag is also above the next. */
  readonly sendLagOfResponseSuspect: number;
  readonly sendLagMsNegligible: number;
  /** Posted in the fullest planned second ÷ due in it: INVALID below, if as many messages as the next are missing. */
  readonly achievedShareInvalid: number;
  readonly achievedMissing: number;
  /** Busy share of the busiest thread: SUSPECT above. */
  readonly loopUtilisationSuspect: number;
}

const defaultLimits: InstrumentLimits = {
  unsentShareInvalid: 0.001,
  heardLateShareInvalid: 0.001,
  sendLagP99MsInvalid: 100,
  sendLagP99MsSuspect: 20,
  sendLagP50MsSuspect: 5,
  sendLagOfResponseSuspect: 0.1,
  sendLagMsNegligible: 5,
  achievedShareInvalid: 0.95,
  achievedMissing: 20,
  loopUtilisationSuspect: 0.8,
};

/** Whether so much send lag makes a response time at the same rank partly the generator's own. Never (infinite) is the target's. */
export function isMaterialLag(
  lagMs: number,
  responseMs: number,
  { sendLagMsNegligible, sendLagOfResponseSuspect }: InstrumentLimits = defaultLimits,
): boolean {
  return lagMs > sendLagMsNegligible && lagMs > sendLagOfResponseSuspect * responseMs;
}

export interface InstrumentInput {
  readonly counts: Counts;
  readonly response: LatencySummary;
  readonly sendLag: LatencySummary;
  readonly peakSecond: { readonly planned: number; readonly achieved: number };
  readonly generator: GeneratorFacts;
  /** Latencies above the histogram's range. */
  readonly overflow: number;
  readonly limits?: Partial<InstrumentLimits>;
}

export function judgeInstrument(input: InstrumentInput): Instrument {
  const limits = { ...defaultLimits, ...input.limits };
  const reasons = [...invalidReasons(input, limits), ...suspectReasons(input, limits)];
  const isOf = (status: InstrumentStatus) => reasons.some((reason) => reason.status === status);
  return {
    ...input.generator,
    status: isOf('INVALID') ? 'INVALID' : isOf('SUSPECT') ? 'SUSPECT' : 'VALID',
    reasons: reasons.map((reason) => reason.words),
  };
}

interface Reason {
  readonly status: InstrumentStatus;
  readonly words: string;
}

function invalidReasons(input: InstrumentInput, limits: InstrumentLimits): Reason[] {
  const { counts, sendLag, peakSecond, generator } = input;
  const reasons: string[] = [];
  const unsentShare = counts.unsent.limit / Math.max(1, counts.planned + counts.reactive);
  if (unsentShare > limits.unsentShareInvalid) {
    reasons.push(
      `${messages(counts.unsent.limit)} (${formatShare(unsentShare)}) could not be sent, more than ${formatShare(limits.unsentShareInvalid)}: raise limits.inFlight or limits.sockets${isBusy(generator) ? `, or ${moreThreads(generator)}` : ''}.`,
    );
  }
  const heardLate = heardLateWords(input, limits, true);
  if (heardLate !== undefined) reasons.push(heardLate);
  if (exceeds(sendLag.p99, limits.sendLagP99MsInvalid)) {
    reasons.push(lagWords('99th percentile', sendLag.p99, limits.sendLagP99MsInvalid, generator));
  }
  const share = peakSecond.achieved / Math.max(1, peakSecond.planned);
  const missing = peakSecond.planned - peakSecond.achieved;
  if (share < limits.achievedShareInvalid && missing >= limits.achievedMissing) {
    reasons.push(
      `in the fullest second ${formatCount(peakSecond.achieved)} of ${formatCount(peakSecond.planned)} planned messages (${formatShare(share)}) were sent, less than ${formatShare(limits.achievedShareInvalid)}: ${advice(generator, 'take a quieter machine or a smaller speed')}.`,
    );
  }
  return reasons.map((words) => ({ status: 'INVALID', words }));
}

function suspectReasons(input: InstrumentInput, limits: InstrumentLimits): Reason[] {
  const { counts, sendLag, response, generator, overflow } = input;
  const reasons: string[] = [];
  const isLagInvalid = exceeds(sendLag.p99, limits.sendLagP99MsInvalid);
  const isLagSuspect = exceeds(sendLag.p99, limits.sendLagP99MsSuspect);
  if (isLagSuspect && !isLagInvalid) {
    reasons.push(lagWords('99th percentile', sendLag.p99, limits.sendLagP99MsSuspect, generator));
  }
  if (exceeds(sendLag.p50, limits.sendLagP50MsSuspect)) {
    reasons.push(lagWords('median', sendLag.p50, limits.sendLagP50MsSuspect, generator));
  }
  const [lagMs, responseMs] = [sendLag.p99 ?? 0, response.p99 ?? Number.POSITIVE_INFINITY];
  if (!isLagSuspect && isMaterialLag(lagMs, responseMs, limits)) {
    reasons.push(
      `messages were sent up to ${ms(lagMs)} late (99th percentile): ${formatShare(lagMs / responseMs)} of the 99th percentile of the response time, more than ${formatShare(limits.sendLagOfResponseSuspect)}: ${advice(generator, quieter)}.`,
    );
  }
  if (generator.loopUtilisation > limits.loopUtilisationSuspect) {
    reasons.push(
      `the busiest thread was busy ${formatShare(generator.loopUtilisation)} of the time, more than ${formatShare(limits.loopUtilisationSuspect)}: ${moreThreads(generator)}.`,
    );
  }
  const unsentShare = counts.unsent.limit / Math.max(1, counts.planned + counts.reactive);
  if (counts.unsent.limit > 0 && unsentShare <= limits.unsentShareInvalid) {
    reasons.push(
      `${messages(counts.unsent.limit)} could not be sent: raise limits.inFlight or limits.sockets${isBusy(generator) ? `, or ${moreThreads(generator)}` : ''}.`,
    );
  }
  const heardLate = heardLateWords(input, limits, false);
  if (heardLate !== undefined) reasons.push(heardLate);
  if (overflow > 0) {
    reasons.push(
      `${formatCount(overflow)} times were longer than the year the histogram holds; percentiles count them as a year.`,
    );
  }
  return reasons.map((words) => ({ status: 'SUSPECT', words }));
}

function exceeds(value: number | null, limit: number): boolean {
  return value !== null && value > limit;
}

/** Undefined: there is nothing to say of this kind. */
function heardLateWords({ counts, generator }: InstrumentInput, limits: InstrumentLimits, isInvalid: boolean) {
  const { heardLate = 0 } = generator;
  const share = heardLate / Math.max(1, counts.planned + counts.reactive);
  if (heardLate === 0 || share > limits.heardLateShareInvalid !== isInvalid) return undefined;
  const what = `the answers to ${heardLate === 1 ? '1 post' : `${formatCount(heardLate)} posts`} were read more than 5 ms after the deadline, because the generator was held up: they count as timed out and may have come in time`;
  const beyond = isInvalid
    ? ` (${formatShare(share)} of the messages, more than ${formatShare(limits.heardLateShareInvalid)})`
    : '';
  return `${what}${beyond}: ${isBusy(generator) ? moreThreads(generator) : 'use a quieter machine'}.`;
}

function lagWords(which: string, lagMs: number | null, limitMs: number, generator: GeneratorFacts): string {
  return `messages were sent ${ms(lagMs)} late (${which} of the send lag), more than ${ms(limitMs)}: ${advice(generator, quieter)}.`;
}

const quieter = 'take a quieter machine';

/** Below this a thread had time: it was the connections, or the machine, that were short. */
const BUSY_ENOUGH = 0.5;

function isBusy(generator: GeneratorFacts): boolean {
  return generator.loopUtilisation >= BUSY_ENOUGH;
}

/** What may help, most likely first; more connections only where messages found none. */
function advice(generator: GeneratorFacts, ...others: readonly string[]): string {
  const threads = isBusy(generator) ? [moreThreads(generator)] : [];
  const full = generator.connectionsWereFull === true ? ['raise limits.sockets, for all connections were in use'] : [];
  return [...threads, ...full, ...others].join(', or ');
}

function moreThreads(generator: GeneratorFacts): string {
  return `use more threads: --threads ${Math.max(2, generator.threads * 2)}`;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${formatCount(count)} messages`;
}

function ms(value: number | null): string {
  return value === null ? 'never' : `${Number(value.toPrecision(3))} ms`;
}
