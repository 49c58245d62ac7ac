/** Groups of fans by what is known about them: who owns one already, who may buy, who has gone silent. */
import { z } from 'zod';
import type { DayClock } from './day-clock.js';
import type { Quantities } from './quantity.js';
import type { UserRecord } from './record.js';

const count = z.int().min(0);

export function groupSchema({ duration }: Pick<Quantities, 'duration'>) {
  return z
    .strictObject({
      grade: z.string().min(1).optional().describe('The fan has this grade.'),
      tag: z.string().min(1).optional().describe('The fan has this tag, perhaps among others.'),
      source: z.string().min(1).optional().describe('The fan came this way: the scene of a code, or as imported.'),
      following: z.boolean().optional().describe('Follows the account, or has left it.'),
      minBought: count
        .optional()
        .describe('At least so many orders are known to be the fan’s; asking for one is no purchase.'),
      maxBought: count.optional().describe('At most so many; 0: has bought nothing yet.'),
      minTookPart: count.optional().describe('Took part in at least so many games.'),
      minAsked: count.optional().describe('Wrote at least so many messages that no rule answered.'),
      silentFor: duration.optional().describe('Nothing came from the fan for so long.'),
    })
    .refine((group) => Object.values(group).some((part) => part !== undefined), 'a group needs at least one condition');
}

export type GroupSettings = z.output<ReturnType<typeof groupSchema>>;
type Groups = Readonly<Record<string, GroupSettings>>;

export class UserGroups {
  readonly #groups: ReadonlyMap<string, GroupSettings>;
  readonly #clock: DayClock;

  constructor(groups: Groups, clock: DayClock) {
    this.#groups = new Map(Object.entries(groups));
    this.#clock = clock;
  }

  get names(): readonly string[] {
    return [...this.#groups.keys()];
  }

  of(user: UserRecord, nowMs: number): readonly string[] {
    return this.names.filter((name) => this.has(name, user, nowMs));
  }

  /** False of a group there is none of. */
  has(name: string, user: UserRecord, nowMs: number): boolean {
    const group = this.#groups.get(name);
    if (group === undefined) return false;
    const { grade, tag, source, following, minBought, maxBought, minTookPart, minAsked, silentFor } = group;
    return (
      (grade === undefined || user.grade === grade) &&
      (tag === undefined || user.tags.includes(tag)) &&
      (source === undefined || user.source === source) &&
      (following === undefined || user.isFollowing === following) &&
      (minBought === undefined || user.bought >= minBought) &&
      (maxBought === undefined || user.bought <= maxBought) &&
      (minTookPart === undefined || user.tookPart >= minTookPart) &&
      (minAsked === undefined || user.asked >= minAsked) &&
      (silentFor === undefined || nowMs - user.lastSeenMs >= this.#clock.spanMs(silentFor))
    );
  }
}
