/**
 * The player against random days in virtual time: every message exactly once, whatever comes back in whatever order, and
 * the same rows as the slow, obvious version where messages have nothing to do with each other.
 *
 * A failure prints the smallest day that shows it and the command that plays that day again.
 */
import process from 'node:process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type NaiveRow, playNaively } from '../../test/support/naive-play.js';
import { anyWorld, anyWorldOfStrangers, type World } from '../../test/support/scripted-world.js';
import { endOf } from '../../test/support/virtual-book.js';
import { playVirtually, SLACK_US, type VirtualRun } from '../../test/support/virtual-play.js';
import { causes, outcomes } from '../delivery/end.js';
import { audit } from '../ledger/audit.js';
import { createLedger, setRow } from '../ledger/ledger.js';
import { Flag, type LedgerRow } from '../ledger/row.js';
import { Live } from './live.js';

const runs = Number(process.env.PEAKDAY_PROPERTY_RUNS ?? 10_000);
/** One day as JSON: it alone is played. */
const replay = process.env.PEAKDAY_PROPERTY_WORLD;

function holds(name: string, worlds: fc.Arbitrary<World>, numRuns: number, check: (world: World) => void): void {
  if (replay !== undefined) return check(JSON.parse(replay));
  const { failed, counterexample, errorInstance, seed } = fc.check(fc.property(worlds, check), { numRuns });
  if (!failed) return;
  const world = JSON.stringify(counterexample?.[0]);
  throw new Error(
    `${name}: ${errorInstance instanceof Error ? errorInstance.message : errorInstance}\nseed ${seed}; play it again with\nPEAKDAY_PROPERTY_WORLD='${world}' npx vitest run --project pure sim/player/player.property.test.ts -t '${name}'`,
    { cause: errorInstance },
  );
}

/** How often the player looks for a connection when messages wait. */
const LOOK_US = 1_000;

const settlesOnce = 'settles every message exactly once, and the sums close';
it(settlesOnce, { timeout: 300_000 }, () => {
  const seen = new Map<string, number>();
  holds(settlesOnce, anyWorld, runs, (world) => {
    const run = playVirtually(world);
    checkSums(run, world);
    for (const what of thingsIn(run)) seen.set(what, (seen.get(what) ?? 0) + 1);
  });
  if (replay !== undefined) return;
  console.info(
    `${runs} days: ${[...seen]
      .sort()
      .map(([what, days]) => `${what} ${days}`)
      .join(' · ')}`,
  );
  // What never happens is not tested.
  for (const what of everything) expect(seen.get(what) ?? 0, what).toBeGreaterThan(runs / 200);
});

const asTheNaive = 'gives the same rows as walking each message by itself';
it(asTheNaive, { timeout: 300_000 }, () => {
  holds(asTheNaive, anyWorldOfStrangers, runs / 4, (world) => {
    const { rows } = playVirtually(world);
    const inOrder = (all: readonly NaiveRow[]) => all.map((row) => JSON.stringify(row)).sort();
    same(inOrder(rows.map(naiveOf)), inOrder(playNaively(world)));
  });
});

const everything = [
  ...['answered', 'late', 'wrong', 'misaddressed', 'unsent:limit', 'unsent:interrupted'],
  'cut off',
  ...['timeout', 'refused', 'reset', 'status', 'malformed', 'unanswered', 'blocked'].map((cause) => `dropped:${cause}`),
  ...['reactive', 'corrected', 'corrected after the last end', 'duplicate', 'stray', 'held back'],
];

function thingsIn({ rows, amendments, strays }: VirtualRun): Set<string> {
  const things = new Set(rows.map(endOf));
  if (rows.some(({ flags }) => (flags & Flag.reactive) !== 0)) things.add('reactive');
  if (amendments.some(({ correctedUs }) => correctedUs !== undefined)) things.add('corrected');
  if (amendments.some(({ correctedUs }) => correctedUs === undefined)) things.add('duplicate');
  if (rows.some(({ flags, attempts }) => attempts > 0 && (flags & Flag.heldBack) !== 0)) things.add('held back');
  if (strays > 0) things.add('stray');
  if (rows.some((row) => row.attempts > 0 && endOf(row) === 'unsent:interrupted')) things.add('cut off');
  const lastEndUs = Math.max(...rows.map(({ doneUs }) => doneUs));
  if (amendments.some(({ correctedUs = 0 }) => correctedUs > lastEndUs)) things.add('corrected after the last end');
  return things;
}

/** Plain comparisons: matchers cost more than the runs. */
function same(what: unknown, wanted: unknown): void {
  if (JSON.stringify(what) !== JSON.stringify(wanted)) expect(what).toEqual(wanted);
}

function checkSums(run: VirtualRun, world: World): void {
  const { rows, planned, live } = run;
  const ledger = createLedger(rows.length);
  for (const [place, row] of rows.entries()) setRow(ledger, place, row);
  const total = planned + run.reactive;
  same(audit(ledger, planned), { closed: true, expected: total, accounted: total, faults: [] });

  const count = (is: (row: LedgerRow) => boolean) => rows.filter(is).length;
  const attempts = rows.reduce((sum, row) => sum + row.attempts, 0);
  const shown = rows.filter(({ outcome }) => outcome < outcomes.indexOf('dropped'));
  same(
    {
      due: live[Live.due],
      sent: live[Live.sent],
      settled: live[Live.settled],
      posts: live[Live.posts],
      inFlight: live[Live.inFlight],
      outcomes: outcomes.map((_, place) => live[Live.outcomes + place]),
      causes: causes.map((_, place) => live[Live.causes + place]),
      postsMade: run.posts,
      responses: sorted(run.responsesUs),
      exhibits: sorted(run.exhibits),
    },
    {
      due: run.begun + run.reactive,
      sent: count((row) => row.attempts > 0),
      settled: rows.length,
      posts: attempts,
      inFlight: 0,
      outcomes: outcomes.map((_, place) => count(({ outcome }) => outcome === place)),
      causes: causes.map((_, place) => count(({ cause }) => cause === place)),
      postsMade: attempts,
      responses: sorted(shown.map(({ dueUs, doneUs }) => doneUs - dueUs)),
      exhibits: sorted(rows.filter(({ outcome }) => isBad(outcome)).map(({ id }) => id)),
    },
  );
  for (const row of rows) checkRow(row, world);
  const wasHeld = count(({ attempts, sentUs, dueUs }) => attempts > 0 && sentUs < dueUs) > 0;
  if (wasHeld || run.sendLagsUs.some((lag) => lag < 0)) throw new Error('sent before it was due');
  same(
    run.sendLagsUs.length,
    count(({ attempts, flags }) => attempts > 0 && (flags & Flag.heldBack) === 0),
  );
  if (world.markFail !== undefined) return;
  checkWaiting(run, world);
}

/** Whoever waits for a connection is not overtaken, and gives up after a deadline. */
function checkWaiting({ rows }: VirtualRun, world: World): void {
  const slackUs = LOOK_US + (world.isExact ? 0 : 2 * SLACK_US);
  const sent = rows.filter(({ attempts }) => attempts > 0);
  for (const { id, sentUs, dueUs } of sent) {
    if (sentUs - dueUs > world.deadlineMs * 1_000 + slackUs) throw new Error(`waited too long: ${id}`);
  }
  const lastSentUs = new Map<number, number>();
  for (const { id, fan, sentUs, flags } of sent) {
    if ((flags & Flag.reactive) !== 0) continue;
    const thread = fan % world.threads;
    if (sentUs < (lastSentUs.get(thread) ?? 0)) throw new Error(`overtook: ${id}`);
    lastSentUs.set(thread, sentUs);
  }
}

function checkRow({ id, attempts, outcome, dueUs, doneUs, sentUs, lastSentUs }: LedgerRow, world: World): void {
  if (attempts > world.attempts) throw new Error(`posted too often: ${id}`);
  const isInterrupted = world.stopMs !== undefined && outcomes[outcome] === 'unsent';
  if (doneUs < dueUs && !isInterrupted) throw new Error(`settled before it was due: ${id}`);
  const isLate = doneUs - dueUs > world.promiseMs * 1_000;
  if (outcomes[outcome] === 'answered' && isLate) throw new Error(`late and called answered: ${id}`);
  if (outcomes[outcome] === 'late' && !isLate) throw new Error(`in time and called late: ${id}`);
  if (attempts > 0 === Number.isNaN(sentUs)) throw new Error(`posted at no time, or not and yet at one: ${id}`);
  if (attempts === 1 && sentUs !== lastSentUs) throw new Error(`posted once, at two times: ${id}`);
}

function isBad(outcome: number): boolean {
  return outcomes[outcome] === 'wrong' || outcomes[outcome] === 'misaddressed';
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

function naiveOf(row: LedgerRow): NaiveRow {
  const { fan, template, intent, kind, part, attempts, flags, status, shownHash, dueUs, sentUs, lastSentUs, doneUs } =
    row;
  const isShown = shownHash !== 0;
  return {
    fan,
    template,
    intent,
    kind,
    part,
    end: endOf(row),
    attempts,
    flags,
    status,
    isShown,
    dueUs,
    sentUs,
    lastSentUs,
    doneUs,
  };
}
