/** What a plan says of one fan at one moment: the rows of each fan, in order of time. */
import { kindNumber } from './catalogue.js';
import type { Plan } from './plan.js';

export interface FanTimeline {
  /** `dayUs`: microseconds since midnight. `lastRow`: the fan's last row due by then. */
  at(fan: number, dayUs: number): { readonly isFollower: boolean; readonly lastRow: number | undefined };
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
  return {
    at(fan, dayUs) {
      let lastRow: number | undefined;
      // Whoever is to join in this plan has not joined before.
      let isFollower = !rows.subarray(first[fan], first[fan + 1]).some((row) => columns.kind[row] === subscribe);
      for (let at = first[fan]!; at < first[fan + 1]!; at++) {
        const row = rows[at]!;
        if (columns.dueUs[row]! > dayUs) break;
        lastRow = row;
        if (columns.kind[row] === subscribe) isFollower = true;
        if (columns.kind[row] === unsubscribe) isFollower = false;
      }
      return { isFollower, lastRow };
    },
  };
}
