/** One message on its way through the server, from its first post to its answer, and how that may end. */
import type { Inbound } from '../../wechat/inbound.js';
import type { Received } from '../engine/account.js';
import type { FaultEffect, Refusal } from '../engine/fault.js';
import type { QueuedJob } from '../engine/work-queue.js';
import type { Answer } from '../store/answer-memory.js';

export interface FlowJob extends QueuedJob {
  readonly key: string;
  readonly message: Inbound;
  readonly effect: FaultEffect;
  readonly arrivedMs: number;
  /** Of the posts that wait, the first post first. */
  responds: Respond[];
  /** Posts of it so far. */
  posts: number;
  /** `auto`: when it is handed over to the outbox. */
  handOverUs: number;
  /** From when it was decided on. */
  received: Received | undefined;
  /** Parts of it handed to the store and not kept yet. */
  unkept: number;
  /** The store refused it, and will be asked again. */
  isOwed: boolean;
  isWorked: boolean;
  /** Its text, if there is one, is in the outbox under `sendId`. */
  isLater: boolean;
  sendId: number | undefined;
  startUs: number;
  /** End of the work alone; the answer may be held back longer. */
  workedUs: number;
  /** When the worker is free again. */
  dueUs: number;
}

export type FlowEnd =
  /**
   * `rule` is that of the decision, `wrong-reply` for a fault's; undefined: a repeat got the first answer. Replied later,
   * the answer here is an acknowledgement.
   */
  | { readonly do: 'answer'; readonly answer: Answer; readonly rule: string | undefined }
  | { readonly do: 'shed' }
  /** Waited too long, or its connection was closed: it was not worked on. */
  | { readonly do: 'expired' }
  /** Nothing can be kept now: it was not taken on. */
  | { readonly do: 'unkept' }
  /** It could not be kept. */
  | { readonly do: 'failed' }
  | Refusal;

/** Called exactly once for each message accepted. */
export type Respond = (end: FlowEnd) => void;

/** To be called when the connection of a post is closed before `Respond` was. */
export type Cut = () => void;
