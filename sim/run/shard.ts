/** What a thread is told and what it gives back: plain data that crosses the thread boundary. */
import type { RecordableHistogram } from 'node:perf_hooks';
import type { SpoolResult } from '../ledger/spool.js';
import type { FanPools } from '../plan/fan-book.js';
import type { Scenario } from '../scenario/schema.js';
import type { SharedControl } from './control.js';

export interface ShardTask {
  readonly scenario: Scenario;
  readonly plan: { readonly length: number; readonly buffer: SharedArrayBuffer };
  readonly pools: FanPools;
  readonly target: Target;
  readonly thread: number;
  readonly threads: number;
  readonly startDayUs: number;
  readonly endUs: number;
  readonly runStampS: number;
  readonly warmConnections: number;
  readonly maySpin: boolean;
  readonly spoolPath: string;
  readonly control: SharedControl;
  /** For the live view, microseconds; shared by reference. */
  readonly liveResponse: RecordableHistogram;
  readonly liveSendLag: RecordableHistogram;
}

export interface Target {
  /** `http://host:port` */
  readonly origin: string;
  /** Path of the callback, with any query of its own. */
  readonly path: string;
  readonly token: string;
}

/** A wrong or misaddressed reply as the fan saw it. */
export interface Exhibit {
  readonly id: number;
  readonly shown: string;
}

export interface ShardResult {
  readonly spool: SpoolResult;
  readonly exhibits: readonly Exhibit[];
  readonly warmConnections: number;
  readonly connections: number;
  readonly loopUtilisation: number;
}
