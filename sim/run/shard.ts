/** What a thread is told and what it gives back: plain data that crosses the thread boundary. */
import type { RecordableHistogram } from 'node:perf_hooks';
import type { MessagePort } from 'node:worker_threads';
import type { AesKeys } from '../../wechat/key-ring.js';
import type { PostFailure } from '../delivery/end.js';
import type { Shown } from '../delivery/expectation.js';
import type { Amendment } from '../ledger/amendment.js';
import type { SpoolResult } from '../ledger/spool.js';
import type { FanPools } from '../plan/fan-book.js';
import type { SharedBlock } from '../player/platform-block.js';
import type { Exhibit, MalformedReply } from '../player/recorder.js';
import type { Scenario } from '../scenario/schema.js';
import type { SharedControl } from './control.js';
import type { RunMark } from './message-number.js';
import type { TlsOptions, Via } from './wire-transport.js';

export interface ShardTask {
  readonly scenario: Scenario;
  readonly plan: { readonly length: number; readonly buffer: SharedArrayBuffer };
  readonly pools: FanPools;
  readonly target: Target;
  readonly thread: number;
  readonly threads: number;
  readonly startDayUs: number;
  readonly endUs: number;
  readonly runMark: RunMark;
  readonly warmConnections: number;
  /** The busiest second of the plan, a thread's share. */
  readonly peakPerS: number;
  readonly maySpin: boolean;
  readonly spoolPath: string;
  /** Where the target's later replies come in, if it is to be told in the messages. */
  readonly callbackUrl: string | undefined;
  readonly via: Via | undefined;
  readonly block: SharedBlock | undefined;
  /** Where later replies come in (`LaterNote`); absent: the platform's API is not served. */
  readonly later?: MessagePort | undefined;
  readonly control: SharedControl;
  /** For the live view, microseconds; shared by reference. */
  readonly liveResponse: RecordableHistogram;
  readonly liveSendLag: RecordableHistogram;
}

/** A reply through the platform's API, to a fan of this thread. `atUs` is on the clock. */
export interface LaterNote {
  readonly fan: number;
  readonly shown: Shown;
  readonly atUs: number;
}

/** A fan of this thread sends a message beyond the plan. `kind`: index into `sentKinds`; `atUs` is on the clock. */
export interface ReactionNote {
  readonly fan: number;
  readonly kind: number;
  readonly atUs: number;
}

export interface Target {
  /** `http://host:port` */
  readonly origin: string;
  /** Path of the callback, with any query of its own. */
  readonly path: string;
  readonly token: string;
  /** EncodingAESKey, and the one before it during a rotation: for all but plain mode. */
  readonly aesKeys?: AesKeys | undefined;
  /** Headers of every post, beside the channel's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions | undefined;
}

export interface ShardResult {
  readonly spool: SpoolResult;
  readonly exhibits: readonly Exhibit[];
  readonly amendments: readonly Amendment[];
  /** The first few. */
  readonly malformedReplies: readonly MalformedReply[];
  /** Posts that failed, those before a good one included. */
  readonly failedPosts: Readonly<Record<PostFailure, number>>;
  /** What came back and was read too late, because the thread was. */
  readonly heardLate: number;
  /** Later replies to fans who had asked nothing. */
  readonly strayReplies: number;
  readonly warmConnections: number;
  readonly connections: number;
  /** Whether a message found all of this thread's connections in use. */
  readonly wasFull: boolean;
  readonly loopUtilisation: number;
}
