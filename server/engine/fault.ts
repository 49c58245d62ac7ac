/** What can be made to go wrong, for how long, for how many; and what it does to one message. */

type FaultAction =
  /** `taps`: whether taps on the menu get it too; default true. */
  | { readonly do: 'wrong-reply'; readonly text: string; readonly taps?: boolean | undefined }
  /** `by`: seconds a worker is busy longer. */
  | { readonly do: 'slow'; readonly by: number }
  /** Nothing hit is answered until the fault is over; its worker is stuck with it. */
  | { readonly do: 'stall' }
  /** `code`: the HTTP status sent instead of an answer. */
  | { readonly do: 'status'; readonly code: number }
  /** The connection is reset instead. */
  | { readonly do: 'reset' };

interface FaultReach {
  /** Shown in the status; default: what it does. */
  readonly name?: string | undefined;
  /** Seconds it lasts. */
  readonly for: number;
  /** 0..1, the share of messages it hits; default all. */
  readonly share?: number | undefined;
  /** Or: exactly this many different fans, spread over the time, each once. */
  readonly fans?: number | undefined;
}

export type FaultSpec = FaultAction & FaultReach;

export type Refusal = { readonly do: 'status'; readonly code: number } | { readonly do: 'reset' };

/** What the faults of the moment do to one message. */
export interface FaultEffect {
  /** Given: the message is not worked on at all. */
  readonly refusal?: Refusal;
  /** Given: shown instead of the right text. */
  readonly wrongText?: string;
  /** Microseconds of work on top. */
  readonly slowUs: number;
  /** Given: the id of the fault that holds it back. */
  readonly stalledBy?: number;
}

/** How a fault stands. Times are microseconds on the machine's monotonic clock, shared by its processes. */
export interface FaultStatus {
  readonly id: number;
  readonly name: string;
  readonly do: FaultAction['do'];
  readonly share?: number;
  readonly fans?: number;
  readonly startUs: number;
  readonly endUs: number;
  readonly isActive: boolean;
  /** Messages hit; a message posted again is still one. */
  readonly hits: number;
  /** Different fans hit, counted up to a million. */
  readonly fansHit: number;
}
