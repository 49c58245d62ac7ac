/** Who unsubscribes: a fan who is there, writes nothing afterwards, and has not left before. */
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import type { RandomStream } from '../../core/random.js';
import type { PlanColumns } from './columns.js';

export interface Leaving {
  /** Fans there from the start. */
  readonly followers: number;
  /** The kind of the event with which a fan joins. */
  readonly subscribe: number;
  readonly random: RandomStream;
}

const TRIES = 1_000;

/** Fills in the fan of the rows `leavers` (ascending). Throws UserError (usage) when nobody is left who could leave. */
export function assignLeavers(
  columns: PlanColumns,
  leavers: readonly number[],
  { followers, subscribe, random }: Leaving,
): void {
  if (leavers.length === 0) return;
  const isLeaver = new Set(leavers);
  const lastRow = new Map<number, number>();
  for (let row = 0; row < columns.length; row++) if (!isLeaver.has(row)) lastRow.set(columns.fan[row]!, row);
  const gone = new Set<number>();
  let there = followers;
  let row = 0;
  for (const leaver of leavers) {
    for (; row < leaver; row++) if (columns.kind[row] === subscribe) there++;
    columns.fan[leaver] = draw(leaver, there);
  }

  function draw(leaver: number, fans: number): number {
    for (let tries = 0; tries < TRIES; tries++) {
      const fan = random.below(fans);
      if (gone.has(fan) || (lastRow.get(fan) ?? -1) > leaver) continue;
      gone.add(fan);
      return fan;
    }
    throw new UserError(
      ExitCode.usage,
      `so many fans unsubscribe that nobody is left who writes nothing later (${gone.size} of ${fans} are gone): let there be more fans.followers, or fewer unsubscribe`,
    );
  }
}
