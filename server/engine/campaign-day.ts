/**
 * The day that games' moments count from: today, unless a day was begun on this store whose games are not over. So a game
 * that runs past midnight goes on over a restart. The day is kept as an entry of no game.
 */
import type { AccountSettings } from './account-settings.js';
import type { AccountState } from './account-state.js';
import type { DayStart } from './day-clock.js';
import type { Change } from './record.js';

/** `today`: unless an earlier day goes on. `fixed`: whatever was begun. */
export interface CampaignDay {
  readonly choice: 'today' | 'fixed';
  /** Like `2026-11-30`. */
  readonly date: string;
  /** When it begins, milliseconds since 1970. */
  readonly midnightMs: number;
}

export interface BegunDay {
  readonly start: DayStart;
  readonly changes: readonly Change[];
}

/** No game is called this. */
const NO_GAME = '';
const ROUND = 'day';

/** Any game opens or closes at a moment of the day. */
export function hasMoments(settings: AccountSettings): boolean {
  return spansOf(settings).length > 0;
}

export function beginDay(
  day: DayStart | CampaignDay,
  settings: AccountSettings,
  state: AccountState,
  nowMs: number,
): BegunDay {
  if (!('choice' in day)) return { start: day, changes: [] };
  const { choice, date, midnightMs } = day;
  const kept = state.game(NO_GAME).entryOf(ROUND, '');
  if (kept !== undefined && choice === 'today') {
    const passedS = (nowMs - kept.atMs) / 1_000;
    if (spansOf(settings).some(({ to }) => passedS < to)) return { start: startAt(kept.atMs), changes: [] };
  }
  const start = startAt(midnightMs);
  if (!hasMoments(settings) || kept?.atMs === midnightMs) return { start, changes: [] };
  const row = { game: NO_GAME, round: ROUND, openid: '', text: date, isRight: false, atMs: midnightMs };
  return { start, changes: state.apply([{ put: 'entry', row }]) };
}

function startAt(midnightMs: number): DayStart {
  return { midnightMs, speed: 1 };
}

/** When games with moments end, seconds of the day. */
function spansOf({ quiz, lottery, buying }: AccountSettings): { readonly to: number }[] {
  const entrances = [lottery, buying].flatMap((game) =>
    game === undefined || (game.from === undefined && game.to === undefined)
      ? []
      : [{ to: game.to ?? Number.POSITIVE_INFINITY }],
  );
  const last = quiz?.questions.at(-1);
  return last === undefined ? entrances : [...entrances, { to: last.to }];
}
