/** What a run folder holds and every report is rendered from: summary.json (a contract) and series.json. */
import type { GateResult } from '../gate/gate-result.js';
import type { VerdictStatus } from '../gate/verdict.js';
import type {
  Audit,
  Bar,
  Instrument,
  LatencySummary,
  Mark,
  Recovery,
  RetryStorm,
  Series,
} from '../measure/measures.js';

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
  readonly target: { readonly url: string; readonly reference: boolean };
  readonly verdict: { readonly status: VerdictStatus; readonly exitCode: number; readonly reasons: readonly string[] };
  readonly messages: { readonly planned: number; readonly reactive: number; readonly attempts: number };
  readonly outcomes: Readonly<Record<'answered' | 'late' | 'wrong' | 'misaddressed' | 'dropped' | 'unsent', number>>;
  readonly dropped: Readonly<
    Record<'timeout' | 'refused' | 'reset' | 'status' | 'malformed' | 'blocked' | 'evicted' | 'unanswered', number>
  >;
  readonly unsent: Readonly<Record<'limit' | 'interrupted', number>>;
  readonly audit: Audit;
  readonly duplicates: number;
  readonly corrected: number;
  readonly amplification: number;
  readonly latencyMs: {
    readonly response: LatencySummary;
    readonly shown: LatencySummary;
    readonly service: LatencySummary;
    readonly sendLag: LatencySummary;
  };
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
    /** `load`: messages a second × mean work time ÷ workers; of the reference server. */
    readonly retryStorm?: (RetryStorm & { readonly load?: number | undefined }) | undefined;
  })[];
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
  }[];
  readonly gates: readonly GateResult[];
  /** What the run could not do or had to leave out, in words: faults not played, files not written. */
  readonly notes: readonly string[];
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
}
