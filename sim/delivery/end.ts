/** The ends a message can have. Every message has exactly one; the words are those of summary.json. */

/** The order is that of the ledger's `outcome` column. */
export const outcomes = ['answered', 'late', 'wrong', 'misaddressed', 'dropped', 'unsent'] as const;
export type Outcome = (typeof outcomes)[number];

export const dropCauses = [
  'timeout',
  'refused',
  'reset',
  'status',
  'malformed',
  'blocked',
  'evicted',
  'unanswered',
] as const;
export type DropCause = (typeof dropCauses)[number];

/** How one post can fail. Where the last of a message's posts fails so, the fan sees the platform's notice. */
export const postFailures = [
  'timeout',
  'refused',
  'reset',
  'status',
  'malformed',
] as const satisfies readonly DropCause[];
export type PostFailure = (typeof postFailures)[number];

/** `limit`: no place in flight was free, or no connection for as long as a deadline; `interrupted`: the run was stopped before its time, or its end, came. */
export const unsentCauses = ['limit', 'interrupted'] as const;
export type UnsentCause = (typeof unsentCauses)[number];

/** The order is that of the ledger's `cause` column; 0 is none. */
export const causes = ['none', ...dropCauses, ...unsentCauses] as const;
export type Cause = (typeof causes)[number];

export type End =
  | { readonly outcome: 'answered' | 'late' | 'wrong' | 'misaddressed' }
  | { readonly outcome: 'dropped'; readonly cause: DropCause }
  | { readonly outcome: 'unsent'; readonly cause: UnsentCause };
