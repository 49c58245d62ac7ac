/** What a plan says of one fan at one moment: the rows of each fan, in order of time. */
import { type SentKind, sentKinds } from '../scenario/sent-kind.js';
import { kindNumber } from './catalogue.js';
import type { Plan } from './plan.js';

/** What a fan does, as the platform sees it. */
export type FanAct = 'message' | 'click' | 'subscribe' | 'scan' | 'unsubscribe' | 'other';

interface FanMoment {
  readonly isFollower: boolean;
  /** The fan's last rows of these kinds due by then. */
  readonly lastMessageRow: number | undefined;
  /** A menu click, a follow or a scan. */
  readonly lastTapRow: number | undefined;
}

export interface FanTimeline {
  /** `dayUs`: microseconds since midnight. */
  at(fan: number, dayUs: number): FanMoment;
}

export function fanTimeline({ columns, fans }: Pick<Plan, 'columns' | 'fans'>): FanTimeline {
  // Rows by fan, one behind the other: rows[first[fan]] .. rows[first[fan + 1] - 1].
  const first = new Uint32Array(fans + 1);
  for (const fan of columns.fan) first[fan + 1]!++;
  for (let fan = 0; fan < fans; fan++) first[fan + 1]! += first[fan]!;
  const rows = new Uint32Array(columns.length);
  const filled = first.slice();
  for (let row = 0; row < columns.length; row++) rows[filled[columns.fan[row]!]!++] = row;
  const [subscribe, unsubscribe] = [kindNumber('subscribe'), kindNumber('unsubscribe')];
  const acts = sentKinds.map(actOf);
  return {
    at(fan, dayUs) {
      let lastMessageRow: number | undefined;
      let lastTapRow: number | undefined;
      // Whoever is to join in this plan has not joined before.
      let isFollower = !rows.subarray(first[fan], first[fan + 1]).some((row) => columns.kind[row] === subscribe);
      for (let at = first[fan]!; at < first[fan + 1]!; at++) {
        const row = rows[at]!;
        if (columns.dueUs[row]! > dayUs) break;
        const kind = columns.kind[row]!;
        if (kind === subscribe) isFollower = true;
        if (kind === unsubscribe) isFollower = false;
        if (acts[kind] === 'message') lastMessageRow = row;
        else if (isTap(acts[kind]!)) lastTapRow = row;
      }
      return { isFollower, lastMessageRow, lastTapRow };
    },
  };
}

export function isTap(act: FanAct): act is 'click' | 'subscribe' | 'scan' {
  return act === 'click' || act === 'subscribe' || act === 'scan';
}

export function actOf(kind: SentKind): FanAct {
  switch (kind) {
    case 'click':
    case 'subscribe':
    case 'scan':
    case 'unsubscribe':
      return kind;
    case 'view':
    case 'job-finish':
      return 'other';
    default:
      return 'message';
  }
}
