/** The kinds of things fans send. Without the schema, which the threads of a run have no need to load. */

export const sentKinds = [
  'text',
  'image',
  'voice',
  'video',
  'shortvideo',
  'location',
  'link',
  'subscribe',
  'unsubscribe',
  'scan',
  'click',
  'view',
  'job-finish',
] as const;
/** The order is that of the plan's `kind` column. */
export type SentKind = (typeof sentKinds)[number];

/** Nobody wrote these to be answered: the platform's inbox does not show them. */
const unseen: readonly SentKind[] = ['subscribe', 'unsubscribe', 'scan', 'view', 'job-finish'];
/** By the plan's `kind`. */
export const isInInbox: readonly boolean[] = sentKinds.map((kind) => !unseen.includes(kind));
