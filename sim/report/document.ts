/** What a run folder holds and every report is rendered from: summary.json (a contract) and series.json. */
import type { Outcome, PostFailure } from '../delivery/end.js';
import type { GateResult } from '../gate/gate-result.js';
import type { SetAside } from '../gate/set-aside.js';
import type { VerdictStatus } from '../gate/verdict.js';
import type {
  Audit,
  Bar,
  DroppedDetail,
  Instrument,
  LatencySummary,
  Mark,
  Outage,
  Recovery,
  RetryStorm,
  Series,
} from '../measure/measures.js';
import type { ValidationDocument } from '../planning/render-validation.js';
import type { ServerFacts } from '../virtual/facts.js';

/** `peakday.summary/1`. Fields are only ever added. Seconds count from the start of the run; `…At` are times of day of the scenario. */
export interface Summary {
  readonly schema: 'peakday.summary/1';
  readonly kind: 'run' | 'simulate';
  readonly startedAt: string;
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly seed: number;
    readonly speed: number;
    /** `14:55-15:25`, or null for the whole. */
    readonly window: string | null;
    readonly planDigest: string;
    /** Seconds since midnight at which the run starts: with `speed` it turns run seconds into times of day. */
    readonly startDayS: number;
    readonly promiseMs: number;
  };
  /** `queue`: a plain queue in its place (the scenario's `queue:`). */
  readonly target: { readonly url: string; readonly reference: boolean; readonly queue?: boolean | undefined };
  readonly verdict: { readonly status: VerdictStatus; readonly exitCode: number; readonly reasons: readonly string[] };
  readonly messages: { readonly planned: number; readonly reactive: number; readonly attempts: number };
  readonly outcomes: Readonly<Record<'answered' | 'late' | 'wrong' | 'misaddressed' | 'dropped' | 'unsent', number>>;
  readonly dropped: Readonly<
    Record<'timeout' | 'refused' | 'reset' | 'status' | 'malformed' | 'blocked' | 'evicted' | 'unanswered', number>
  >;
  readonly unsent: Readonly<Record<'limit' | 'interrupted', number>>;
  /** Posts that failed, by cause: those before a good one too. */
  readonly failedPosts: Readonly<Record<PostFailure, number>>;
  /** Messages whose fan was shown the platform's failure notice; `share` of all messages, 0..1. */
  readonly notices: { readonly count: number; readonly share: number };
  readonly audit: Audit;
  /** Messages that got more than one reply; and, of a run, the replies that were too many: absent where none was. */
  readonly duplicates: number;
  readonly surplusReplies?: number | undefined;
  readonly corrected: number;
  readonly amplification: number;
  readonly latencyMs: {
    readonly response: LatencySummary;
    readonly shown: LatencySummary;
    readonly service: LatencySummary;
    readonly sendLag: LatencySummary;
    /** Response time of messages settled by their first post, and of those posted again. */
    readonly firstPost: LatencySummary;
    readonly retried: LatencySummary;
  };
  /** Most messages first, at most 100. */
  readonly byIntent: readonly (GroupSummary & { readonly intent: string })[];
  readonly byPart: readonly (GroupSummary & { readonly part: string })[];
  readonly rate: {
    readonly plannedPeakPerSecond: number;
    readonly achievedPeakPerSecond: number;
    readonly plannedMeanPerSecond: number;
    readonly achievedMeanPerSecond: number;
  };
  readonly instrument: Instrument;
  readonly backlog: {
    readonly peak: number;
    readonly peakAtS: number;
    readonly peakAt: string;
    readonly drainS: number | null;
    readonly evicted: number;
  };
  readonly recovery: readonly (Omit<Recovery, 'retryStorm'> & {
    readonly startAt: string;
    readonly endAt: string;
    /** `load`: messages a second × mean work time ÷ workers; of the reference server. */
    readonly retryStorm?: (RetryStorm & { readonly load?: number | undefined }) | undefined;
  })[];
  readonly hooks: readonly HookSummary[];
  readonly errorWindows: readonly {
    readonly fromS: number;
    readonly toS: number;
    readonly fromAt: string;
    readonly toAt: string;
    readonly fans: number;
    readonly wrong: number;
    readonly misaddressed: number;
    readonly share: number;
    readonly corrected: number;
    readonly allCorrectedS: number | null;
    /** Absent in folders of an older peakday. */
    readonly putRight?:
      | {
          /** Messages the platform's inbox keeps. */
          readonly inboxCapacity: number;
          /** Of wrong + misaddressed: pushed out of that inbox before they were put right, or before the run ended. */
          readonly pushedOut: number;
          /** Of those put right; null: none was. */
          readonly firstAt: string | null;
          readonly lastAt: string | null;
          /** Where any was put right: the first thousand, in the order they were shown it; `null`: never. */
          readonly fans: readonly {
            readonly openid: string;
            readonly shownAt: string;
            readonly correctedAt: string | null;
            readonly pushedOutAt: string | null;
          }[];
        }
      | undefined;
  }[];
  /** Spans in which nothing came back from the target; `toS` null: until the end of the run. */
  readonly outages: readonly (Outage & { readonly fromAt: string; readonly toAt: string | null })[];
  /** null: not measured (a folder of an older peakday). */
  readonly droppedDetail: DroppedDetail | null;
  /** Those that could be judged. */
  readonly gates: readonly GateResult[];
  /** Declared, and not to be judged on what was played. Absent in folders of an older peakday. */
  readonly gatesSetAside?: readonly SetAside[] | undefined;
  /** What was met, to look at: the first few different malformed replies, printable, their first 200 characters. */
  readonly samples: { readonly malformed: readonly MalformedSample[] };
  /** What the run could not do or had to leave out, in words: faults not played, files not written. */
  readonly notes: readonly string[];
  /** Pushes of the platform itself (a mass message is out), counted apart from the messages; absent: its API was not served. */
  readonly platformEvents?:
    | { readonly pushed: number; readonly acknowledged: number; readonly failed: number }
    | undefined;
  /** Of a simulation: 16 hexadecimal digits, the same for the same scenario and seed. */
  readonly traceHash?: string | undefined;
  /** The modelled server of a simulation. */
  readonly modelledServer?: ModelledServer | undefined;
  /** People and inbox of a simulation; absent: the scenario has no desk. */
  readonly desk?: DeskSummary | undefined;
  readonly durationS: number;
  readonly environment: {
    readonly peakday: string;
    readonly node: string;
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGiB: number;
    readonly os: string;
  };
}

/** Times in ms. `crashed` is absent in a folder of an older peakday. */
type ModelledServer = Omit<ServerFacts, 'meanWaitUs' | 'waitingMost' | 'crashed'> & {
  readonly crashed?: number | undefined;
  /** For a worker, of what was worked on. */
  readonly meanWaitMs: number;
  readonly waitingPeak: number;
};

export interface DeskSummary {
  /** Most people at the same time. */
  readonly people: number;
  /** Time with a chat open ÷ time at the desk, 0..1. */
  readonly occupancy: number;
  readonly inbox: {
    readonly capacity: number;
    readonly entered: number;
    readonly overwritten: number;
    /** The shortest time in which it was filled anew; null: it never was. */
    readonly turnoverS: number | null;
  };
  /** Messages that asked for a person = answered + evicted + waiting (at the close). */
  readonly messages: {
    readonly asked: number;
    readonly answered: number;
    /** Of the answered: when the platform had given them up, so that they are no answers; absent in an older folder. */
    readonly answeredAfterEnd?: number | undefined;
    readonly evicted: number;
    /** Of the evicted: when the platform had given them up, so that they have another end. */
    readonly evictedAfterEnd?: number | undefined;
    readonly waiting: number;
    readonly waitingPeak: number;
    readonly waitingPeakAt: string;
    /** Of the oldest that waits at the close; null: none. */
    readonly oldestAgeS: number | null;
    /** From arrival to a person's answer, of the answered; null: none was. */
    readonly waitP50S: number | null;
    readonly waitP90S: number | null;
    readonly waitMaxS: number | null;
  };
  /** Fans with a wrong reply = corrected + lost + waiting; absent: nobody corrects. */
  readonly corrections?:
    | {
        readonly wrong: number;
        readonly corrected: number;
        /** Their message was overwritten in the inbox before anybody came to it. */
        readonly lost: number;
        readonly waiting: number;
        readonly lastAt: string | null;
      }
    | undefined;
}

/** Messages of one intent or part: their ends, and the response time in ms, null for never. */
export interface GroupSummary extends Readonly<Record<Outcome, number>> {
  readonly messages: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

interface HookSummary {
  readonly name: string;
  readonly startS: number;
  readonly endS: number;
  readonly startAt: string;
  readonly endAt: string;
  /** `exit 0`, `signal SIGTERM`, `status 204`, `timeout`, `interrupted`, `failed: …`. */
  readonly exit: string;
  readonly ok: boolean;
  /** The last line of what it said, when it failed; else empty. */
  readonly said: string;
}

export interface MalformedSample {
  /** Its id in the ledger. */
  readonly message: number;
  readonly atS: number;
  readonly at: string;
  readonly status: number;
  readonly text: string;
  /** Why it is no reply. */
  readonly reason?: string | undefined;
}

/** series.json: what the charts show. */
export interface ChartData {
  readonly schema: 'peakday.series/1';
  readonly series: Series;
  readonly distribution: readonly Bar[];
  readonly marks: readonly Mark[];
  readonly assumptions: readonly { readonly what: string; readonly because: string }[];
  readonly facts: readonly string[];
}

export interface ReportDocument {
  readonly summary: Summary;
  readonly charts: ChartData;
  /** What a model predicted of this run: drawn over what was measured. */
  readonly prediction?: ValidationDocument | undefined;
}
