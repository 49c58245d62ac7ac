/** The deadline by the clock: the same end whichever comes first, the answer or the timer. */
import { expect, it } from 'vitest';
import { causes, outcomes } from '../delivery/end.js';
import type { LedgerRow } from '../ledger/row.js';
import { planColumns } from '../plan/columns.js';
import { Live } from './live.js';
import { Player } from './player.js';
import type { PostListener } from './transport.js';

const DEADLINE_US = 1_000;
type Way = 'answer first' | 'timer first';

/** One message, due at 0; the test says when what happens. */
function stage(attempts = 2) {
  let nowUs = 0;
  const rows: LedgerRow[] = [];
  const listeners: PostListener[] = [];
  let cuts = 0;
  const player = new Player({
    plan: planColumns(1),
    templates: [{ intent: 0, kind: 0, acknowledgeOnly: false, isNoticeShown: true }],
    thread: 0,
    threads: 1,
    startDayUs: 0,
    speed: 1,
    endUs: 1e9,
    promiseUs: 1e9,
    policy: {
      attempts,
      deadlineUs: DEADLINE_US,
      gapsUs: [0],
      retryOnStatus: true,
      retryOnMalformed: false,
      awaitsLaterReply: false,
    },
    laterUs: 0,
    signsAnew: false,
    maxInFlight: 10,
    reactions: {
      waitUs: () => undefined,
      waitsLong: () => false,
      whenImpatient: () => 'leave',
      nextTurn: () => undefined,
      newSeed: () => 0,
    },
    block: undefined,
    channel: {
      write: () => '',
      path: () => '/',
      isRight: () => true,
      read: (_, text) => ({ answer: { type: 'reply', check: 'right' }, shown: { kind: 'text', text } }),
    },
    transport: {
      hasFree: true,
      onFree: () => {},
      post: (_, listener) => {
        listeners.push(listener);
        return { cut: () => cuts++ };
      },
    },
    clock: { nowUs: () => nowUs },
    startUs: 0,
    isStopped: () => false,
    recorder: {
      write: (row) => rows.push({ ...row }),
      exhibit: () => {},
      malformed: () => {},
      amend: () => {},
      response: () => {},
      sendLag: () => {},
    },
    live: new Float64Array(Object.keys(Live).length + 64),
  });
  player.work(0);
  return {
    player,
    listeners,
    rows,
    cuts: () => cuts,
    at: (us: number) => {
      nowUs = us;
    },
    ends: () => rows.map(({ outcome, cause, attempts: made }) => [outcomes[outcome], causes[cause], made]),
  };
}

/** A post is answered in the very turn of the loop in which its timer is seen. */
function meet(way: Way, atUs: number, comes: (listener: PostListener) => void, attempts?: number) {
  const all = stage(attempts);
  all.at(atUs);
  if (way === 'answer first') comes(all.listeners[0]!);
  all.player.work(atUs);
  // What has been cut is not heard of again.
  if (way === 'timer first' && all.cuts() === 0) comes(all.listeners[0]!);
  return all;
}

const answer = (listener: PostListener) => listener.onAnswer(200, 'right');

it.each(['answer first', 'timer first'] as const)('an answer too late is none: %s', (way) => {
  for (const comes of [answer, (listener: PostListener) => listener.onFailure('reset')]) {
    const { player, listeners, rows, at, ends } = meet(way, DEADLINE_US + 1, comes);
    expect(rows).toEqual([]);
    expect(player.failedPosts).toMatchObject({ timeout: 1, reset: 0 });
    // It is posted again at once, and that answer counts.
    expect(listeners.length).toBe(2);
    at(DEADLINE_US + 500);
    answer(listeners[1]!);
    expect(ends()).toEqual([['answered', 'none', 2]]);
    expect(rows[0]).toMatchObject({ lastSentUs: DEADLINE_US + 1, doneUs: DEADLINE_US + 500, status: 200 });
  }
});

it.each(['answer first', 'timer first'] as const)('the last one too late is a timeout: %s', (way) => {
  const { ends, rows } = meet(way, DEADLINE_US + 1, answer, 1);
  expect(ends()).toEqual([['dropped', 'timeout', 1]]);
  expect(rows[0]).toMatchObject({ doneUs: DEADLINE_US + 1, status: 0 });
});

it('an answer at the very deadline counts if it comes before the timer', () => {
  expect(meet('answer first', DEADLINE_US, answer).ends()).toEqual([['answered', 'none', 1]]);
});

it('nobody is called silent before the sockets have been read once more', () => {
  const { player, listeners, cuts, at, ends } = stage();
  // Held up for long; what came meanwhile has not been looked at.
  at(DEADLINE_US + 50_000);
  expect(player.work(DEADLINE_US + 50_000, DEADLINE_US - 1)).toBeLessThanOrEqual(DEADLINE_US);
  expect(cuts()).toBe(0);
  answer(listeners[0]!);
  expect(player.failedPosts.timeout).toBe(1);
  expect(player.heardLate).toBe(1);
  expect(ends()).toEqual([]);
});

it('what is read a little late, as the loop turns, is not held against the generator', () => {
  expect(meet('answer first', DEADLINE_US + 5_000, answer).player.heardLate).toBe(0);
  expect(meet('answer first', DEADLINE_US + 5_001, answer).player.heardLate).toBe(1);
  expect(meet('timer first', DEADLINE_US + 9_999, answer).player.heardLate).toBe(0);
});
