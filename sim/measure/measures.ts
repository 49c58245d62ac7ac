/** What is measured from a ledger: the shapes. Times are seconds since the start of the run unless a name says otherwise. */
import type { DropCause, Outcome, UnsentCause } from '../delivery/end.js';
import type { Audit } from '../ledger/audit.js';

export type { Audit };

/** Milliseconds. `null`: so many messages never got there that the percentile does not exist ("never"). */
export interface LatencySummary {
  /** Messages ranked, those counted as never included. */
  readonly count: number;
  /** Messages counted as never (dropped ones, in `response`); they rank above every number. */
  readonly never: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  /** Null: one never got there, so that the largest is never and the mean has no number. 0 when there is nothing. */
  readonly max: number | null;
  readonly mean: number | null;
}

export interface Counts {
  readonly planned: number;
  readonly reactive: number;
  /** Posts. */
  readonly attempts: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly dropped: Readonly<Record<DropCause, number>>;
  readonly unsent: Readonly<Record<UnsentCause, number>>;
  readonly duplicates: number;
  readonly corrected: number;
  /** Messages whose fan was shown the platform's failure notice. */
  readonly notices: number;
  /** Messages that the platform held back before their first post (MarkFail). */
  readonly heldBack: number;
}

/** One entry an interval; interval i covers [i·intervalS, (i+1)·intervalS). All arrays have the same length. */
export interface Series {
  readonly intervalS: number;
  readonly length: number;
  /** Messages due. */
  readonly planned: readonly number[];
  /** Messages due in the fullest second of the interval. Left out where an interval is no longer than one, and in old reports. */
  readonly fullestSecond?: readonly number[] | undefined;
  /** First posts; a message the platform held back counts where it was posted, one it never posted nowhere. */
  readonly sent: readonly number[];
  /** Further posts (their number is known by message; counted where the message was last sent). */
  readonly retries: readonly number[];
  readonly settled: readonly number[];
  /** By the time of the end. */
  readonly outcomes: Readonly<Record<Outcome, readonly number[]>>;
  /** Failure notices shown to fans, by the time of the end. */
  readonly notices: readonly number[];
  /** Due and not settled: the largest within the interval. */
  readonly backlog: readonly number[];
  /** Response time in ms of the messages *due* in the interval; null: none, or never. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** p99 of those that were posted again, by themselves. Left out in old reports. */
  readonly p99Retried?: readonly (number | null)[];
  /** Send lag in ms of the messages due in the interval, 99th percentile and largest. */
  readonly sendLagP99: readonly (number | null)[];
  readonly sendLagMax: readonly (number | null)[];
}

/** Something that happened at a known time: a fault, an appointed burst, a phase, a hook. For marks and for recovery. */
export interface Mark {
  readonly type: 'fault' | 'burst' | 'phase' | 'hook';
  readonly name: string;
  readonly startS: number;
  readonly endS: number;
}

/** How the messages of one intent, or of one part of the traffic, ended. */
export interface Group {
  /** The number of the intent or the part. */
  readonly index: number;
  /** All of them, reactive ones included. */
  readonly messages: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Response time in ms, dropped ones as never; null: never, or none was sent. */
  readonly p50: number | null;
  readonly p99: number | null;
}

export interface Recovery {
  readonly after: string;
  readonly type: 'fault' | 'burst';
  readonly startS: number;
  readonly endS: number;
  /** Backlog and response time are back, and stay back, from here on; null: not within the run. */
  readonly recoveredS: number | null;
  /** From the end of the event to recovered; 0 when all was back by then; null as above. */
  readonly tookS: number | null;
  /** Whether backlog or response time left normal at all; reports of earlier versions do not say. */
  readonly disturbed?: boolean | undefined;
  /** Given: it was the posts made again that kept the target from it. */
  readonly retryStorm?: RetryStorm | undefined;
}

/** From the end of an event that was not recovered from until the end of the messages (retry-storm.ts). */
export interface RetryStorm {
  readonly toS: number;
  /** Due. */
  readonly messagesPerSecond: number;
  readonly postsPerSecond: number;
  /** Posts ÷ messages; before the event, null if there were no messages. */
  readonly amplification: number;
  readonly amplificationBefore: number | null;
  /** The most messages answered right within one second of the run. */
  readonly provenPerSecond: number;
  /** 0..1, of the messages. */
  readonly droppedShare: number;
}

export interface ErrorWindow {
  readonly fromS: number;
  readonly toS: number;
  /** Different fans shown a wrong or misaddressed reply. */
  readonly fans: number;
  readonly wrong: number;
  readonly misaddressed: number;
  /** Wrong ÷ all replies shown in the window. */
  readonly share: number;
  readonly corrected: number;
  /** When the last of them was put right; null: not all were. */
  readonly allCorrectedS: number | null;
  /** Rows of the ledger. */
  readonly rows: readonly number[];
  /** Where the size of the platform's inbox is known. */
  readonly putRight?: PutRight;
}

export interface PutRight {
  /** Messages the platform's inbox keeps. */
  readonly inboxCapacity: number;
  /** Of the wrong and misaddressed: pushed out of it before they were put right, or before the run ended. */
  readonly pushedOut: number;
  /** Of those put right; null: none was. */
  readonly firstS: number | null;
  readonly lastS: number | null;
  /** Where any was put right: the first thousand, in the order they were shown; `null`: never. */
  readonly fans: readonly {
    readonly fan: number;
    readonly shownS: number;
    readonly correctedS: number | null;
    readonly pushedOutS: number | null;
  }[];
}

export type OutageCause = 'timeout' | 'refused' | 'reset';

/** Nothing came back from the target; definition at the head of outages.ts. */
export interface Outage {
  /** The first post that failed. */
  readonly fromS: number;
  /** The next answer, of whatever kind; null: none came within the run. */
  readonly toS: number | null;
  /** Dropped in it. */
  readonly messages: number;
  /** Of most of them. */
  readonly cause: OutageCause;
}

/** Why messages were dropped, beyond the counts of the causes. */
export interface DroppedDetail {
  /** What the platform waits for an answer to a post, and how many posts it makes. */
  readonly deadlineMs: number;
  readonly attempts: number;
  /** Of those dropped for `timeout`: every single post ran into the deadline. */
  readonly everyPostTimedOut: number;
  /** Of those dropped for `status`: the statuses seen last, the most frequent first, five at the most. */
  readonly statuses: readonly { readonly status: number; readonly messages: number }[];
  /** The scenario's own fault during which most of them were lost, and how many; left out: none was. */
  readonly duringFault?: { readonly name: string; readonly messages: number } | undefined;
  /** Of those dropped for `malformed`: the replies seen were plain ones, in safe mode; left out: they were not. */
  readonly unencrypted?: true | undefined;
  /** Calls of the target that the platform's API refused, and the code most of them got; left out: none, or it was not served. */
  readonly refusedCalls?: RefusedCalls | undefined;
}

export interface RefusedCalls {
  readonly calls: number;
  readonly refused: number;
  readonly code: number;
  /** The platform's words for it. */
  readonly words: string;
}

export interface Backlog {
  readonly peak: number;
  readonly peakAtS: number;
  /** From the peak until it was no overload any more; null: not within the run, or only because it was given up. */
  readonly drainS: number | null;
  readonly evicted: number;
}

export interface Rates {
  readonly plannedPeakPerSecond: number;
  readonly achievedPeakPerSecond: number;
  readonly plannedMeanPerSecond: number;
  readonly achievedMeanPerSecond: number;
}

export type InstrumentStatus = 'VALID' | 'SUSPECT' | 'INVALID';

/** What the generator reports of itself, beside the ledger. */
export interface GeneratorFacts {
  readonly threads: number;
  /** Busy ÷ elapsed of the busiest thread, waiting and spinning not counted as busy; 0..1. */
  readonly loopUtilisation: number;
  /** Connections opened before the clock started, and all in all. */
  readonly warmConnections: number;
  readonly connections: number;
  /** Whether a message ever found all of them in use that limits.sockets allows its thread. Absent in old reports. */
  readonly connectionsWereFull?: boolean | undefined;
  readonly interrupted: boolean;
  /** Posts of which something came back that was read more than 5 ms after their deadline, the thread being late. Absent: none. */
  readonly heardLate?: number | undefined;
}

export interface Instrument extends GeneratorFacts {
  readonly status: InstrumentStatus;
  readonly reasons: readonly string[];
}

/** A bar of the response distribution: [fromMs, toMs), `null` upper end: never. */
export interface Bar {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly count: number;
  /** Of `count`: settled by the first post, and posted again; what was never posted is in neither. Left out in old reports. */
  readonly firstPost?: number;
  readonly retried?: number;
}

export interface Measures {
  /** Until the last end, seconds. */
  readonly durationS: number;
  readonly counts: Counts;
  readonly audit: Audit;
  readonly latency: {
    /** done − due of every message sent; dropped ones count as never. */
    readonly response: LatencySummary;
    /** done − due of those that were shown something or acknowledged. */
    readonly shown: LatencySummary;
    /** done − lastSent, of the same. */
    readonly service: LatencySummary;
    /** sent − due, of every message sent. */
    readonly sendLag: LatencySummary;
    /** Response time of messages settled by their first post, and of those that needed more; what was never posted is in neither. */
    readonly firstPost: LatencySummary;
    readonly retried: LatencySummary;
  };
  /** Most messages first; those without any are left out. */
  readonly byIntent: readonly Group[];
  readonly byPart: readonly Group[];
  readonly series: Series;
  readonly backlog: Backlog;
  readonly recovery: readonly Recovery[];
  readonly errorWindows: readonly ErrorWindow[];
  readonly outages: readonly Outage[];
  /** null: measured without the platform's rules. */
  readonly droppedDetail: DroppedDetail | null;
  readonly rates: Rates;
  readonly distribution: readonly Bar[];
  readonly instrument: Instrument;
}
