/**
 * Spans in which replies were wrong (or someone else's), found from the replies alone, in order of their end: nothing
 * is known here of the faults that were played.
 *
 * 1. Background b, the share of bad replies outside windows: the quietest 5 of 20 equal parts of the run, with 3 added
 *    to their bad ones (rule of three: none seen in n may still be 3 in n); at most 1 %. If even in those parts 1 % was
 *    seen bad, the whole run is one window, and step 2 is left out.
 * 2. Each bad reply scores ln(50), each good one ln((1 − 50b) ÷ (1 − b)): the log likelihood ratio of "50 times the
 *    background" against "background" (50b held to at most 0.5). A window starts where the running score rises above
 *    0, ends where it was highest, and is closed when it has fallen by X = ln(replies ÷ 0.001) from there. It counts
 *    if its score reaches X: among purely random replies one run in a thousand has such a window (the bound of
 *    Karlin and Altschul, PNAS 87, 1990; running maximum and drop as in Page's CUSUM, Biometrika 41, 1954).
 * 3. A window is split at each stretch of good replies that is longer than 200 replies, longer than 2 s, and too long
 *    to be chance at the window's own share p of bad ones: more than ln(bad ÷ 1e-6) ÷ −ln(1 − p). Again until nothing
 *    splits. Parts that no longer reach X, or with fewer than 5 bad replies, are no windows.
 * 4. The edges are drawn again with the window's own share p in the place of 50b: on either side the window takes in
 *    the bad replies up to where the score, ln(p ÷ b) for a bad one and ln((1 − p) ÷ (1 − b)) for a good one, is
 *    highest. Without it a window whose share is below 50b would lose its last few.
 *
 * A window reaches from the end of its first bad reply to the end of its last.
 */
import { US_PER_S } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import { Flag } from '../ledger/row.js';
import type { ErrorWindow } from './measures.js';
import { ascending } from './times-in-order.js';

const PARTS = 20;
const QUIETEST_PARTS = 5;
const UNSEEN = 3;
const BACKGROUND_MAX = 0.01;
const ODDS = 50;
const SHARE_MAX = 0.5;
const FALSE_ALARM = 0.001;
const GAP_CHANCE = 1e-6;
const GAP_REPLIES = 200;
const GAP_US = 2 * US_PER_S;
const BAD_MIN = 5;

const wrongCode = outcomes.indexOf('wrong');
const misaddressedCode = outcomes.indexOf('misaddressed');
const droppedCode = outcomes.indexOf('dropped');

export function findErrorWindows(ledger: Ledger): ErrorWindow[] {
  if (!hasEnough(ledger)) return [];
  const replies = takeReplies(ledger);
  const quiet = quietestParts(replies);
  if (quiet.bad >= BAD_MIN && quiet.bad / quiet.replies >= BACKGROUND_MAX) {
    const whole = { first: 0, last: replies.badUs.length - 1 };
    const parts = splitAtGaps(replies, whole).filter((span) => badIn(span) >= BAD_MIN);
    return describe(ledger, replies, parts);
  }
  const background = Math.min(BACKGROUND_MAX, (quiet.bad + UNSEEN) / quiet.replies);
  const score = scoring(replies, background);
  const spans = risingSpans(replies, score)
    .flatMap((span) => splitAtGaps(replies, span))
    .filter((span) => badIn(span) >= BAD_MIN && scoreOf(replies, span, score) >= score.enough);
  return describe(ledger, replies, withFringes(replies, spans, background));
}

/** Bad replies in order of their end. */
interface Replies {
  readonly total: number;
  readonly badUs: Float64Array;
  /** Good replies that ended before each bad one. */
  readonly goodBefore: Uint32Array;
}

/** Bad replies first..last, both included, as places in `badUs`. */
interface Span {
  readonly first: number;
  readonly last: number;
}

interface Scoring {
  readonly bad: number;
  /** Positive: what a good reply takes away. */
  readonly good: number;
  readonly enough: number;
}

function isBad(ledger: Ledger, row: number): boolean {
  return ledger.outcome[row] === wrongCode || ledger.outcome[row] === misaddressedCode;
}

/** Most runs have none, and nothing has to be copied to see that. */
function hasEnough(ledger: Ledger): boolean {
  let bad = 0;
  for (let row = 0; row < ledger.length && bad < BAD_MIN; row++) if (isBad(ledger, row)) bad++;
  return bad >= BAD_MIN;
}

function takeReplies(ledger: Ledger): Replies {
  const badUs = new Float64Array(ledger.length);
  const goodUs = new Float64Array(ledger.length);
  let bad = 0;
  let good = 0;
  for (let row = 0; row < ledger.length; row++) {
    if (isBad(ledger, row)) badUs[bad++] = ledger.doneUs[row]!;
    // A plain acknowledgement shows nothing that could have been right.
    else if (ledger.outcome[row]! < droppedCode && (ledger.flags[row]! & Flag.acknowledgeOnly) === 0) {
      goodUs[good++] = ledger.doneUs[row]!;
    }
  }
  const badInOrder = badUs.subarray(0, bad).sort();
  const goodBefore = new Uint32Array(bad);
  const goodInOrder = ascending(goodUs.subarray(0, good));
  for (let i = 0, passed = 0; i < bad; i++) {
    while (passed < good && goodInOrder[passed]! < badInOrder[i]!) passed += 1;
    goodBefore[i] = passed;
  }
  return { total: bad + good, badUs: badInOrder, goodBefore };
}

function quietestParts({ total, badUs, goodBefore }: Replies): { bad: number; replies: number } {
  const inPart = new Array<number>(PARTS).fill(0);
  for (let i = 0; i < badUs.length; i++) {
    const part = Math.floor(((goodBefore[i]! + i) / total) * PARTS);
    inPart[part] = inPart[part]! + 1;
  }
  const quietest = inPart.toSorted((a, b) => a - b).slice(0, QUIETEST_PARTS);
  return { bad: quietest.reduce((sum, count) => sum + count, 0), replies: total * (QUIETEST_PARTS / PARTS) };
}

function scoring({ total }: Replies, background: number): Scoring {
  const share = Math.min(SHARE_MAX, ODDS * background);
  return {
    bad: Math.log(share / background),
    good: -Math.log((1 - share) / (1 - background)),
    enough: Math.log(total / FALSE_ALARM),
  };
}

function risingSpans({ badUs, goodBefore }: Replies, score: Scoring): Span[] {
  const spans: Span[] = [];
  let first = -1;
  let last = -1;
  let running = 0;
  let highest = 0;
  const close = () => {
    if (first >= 0 && highest >= score.enough) spans.push({ first, last });
    first = -1;
  };
  for (let i = 0; i < badUs.length; i++) {
    running -= i === 0 ? 0 : (goodBefore[i]! - goodBefore[i - 1]!) * score.good;
    if (first >= 0 && (running <= 0 || running <= highest - score.enough)) close();
    if (first < 0) {
      first = i;
      running = 0;
      highest = 0;
    }
    running += score.bad;
    if (running > highest) {
      highest = running;
      last = i;
    }
  }
  close();
  return spans;
}

function splitAtGaps(replies: Replies, span: Span): Span[] {
  const bad = badIn(span);
  const share = bad / (bad + goodIn(replies, span));
  const limit = Math.max(GAP_REPLIES, Math.log(bad / GAP_CHANCE) / -Math.log(1 - share));
  const parts: Span[] = [];
  let first = span.first;
  for (let i = span.first + 1; i <= span.last; i++) {
    const gap = replies.goodBefore[i]! - replies.goodBefore[i - 1]!;
    if (gap > limit && replies.badUs[i]! - replies.badUs[i - 1]! > GAP_US) {
      parts.push({ first, last: i - 1 });
      first = i;
    }
  }
  if (parts.length === 0) return [span];
  return [...parts, { first, last: span.last }].flatMap((part) => splitAtGaps(replies, part));
}

/** Step 4; windows stay apart. */
function withFringes(replies: Replies, spans: readonly Span[], background: number): Span[] {
  const grown: Span[] = [];
  for (const [index, span] of spans.entries()) {
    const share = badIn(span) / (badIn(span) + goodIn(replies, span));
    const next = spans[index + 1]?.first ?? replies.badUs.length;
    const previous = grown.at(-1)?.last ?? -1;
    grown.push({
      first: fringe(replies, span.first, -1, previous, share, background),
      last: fringe(replies, span.last, 1, next, share, background),
    });
  }
  return grown;
}

/** The place the edge moves to, step by step towards but not onto `stop`. */
function fringe(replies: Replies, edge: number, step: 1 | -1, stop: number, share: number, background: number): number {
  if (share <= background) return edge;
  const bad = Math.log(share / background);
  const good = share === 1 ? Number.POSITIVE_INFINITY : -Math.log((1 - share) / (1 - background));
  let best = edge;
  let highest = 0;
  let running = 0;
  for (let i = edge + step; i !== stop && running > highest + Math.log(FALSE_ALARM); i += step) {
    const between = Math.abs(replies.goodBefore[i]! - replies.goodBefore[i - step]!);
    running += bad - (between === 0 ? 0 : between * good);
    if (running > highest) {
      highest = running;
      best = i;
    }
  }
  return best;
}

function badIn(span: Span): number {
  return span.last - span.first + 1;
}

function goodIn({ goodBefore }: Replies, span: Span): number {
  return goodBefore[span.last]! - goodBefore[span.first]!;
}

function scoreOf(replies: Replies, span: Span, score: Scoring): number {
  return badIn(span) * score.bad - goodIn(replies, span) * score.good;
}

function describe(ledger: Ledger, replies: Replies, spans: readonly Span[]): ErrorWindow[] {
  const fromUs = Float64Array.from(spans, (span) => replies.badUs[span.first]!);
  const toUs = Float64Array.from(spans, (span) => replies.badUs[span.last]!);
  const rows = spans.map((): number[] => []);
  for (let row = 0; row < ledger.length; row++) {
    if (!isBad(ledger, row)) continue;
    const doneUs = ledger.doneUs[row]!;
    const window = fromUs.findLastIndex((from) => from <= doneUs);
    if (window >= 0 && doneUs <= toUs[window]!) rows[window]!.push(row);
  }
  return spans.map((span, window): ErrorWindow => {
    const own = rows[window]!;
    const wrong = own.filter((row) => ledger.outcome[row] === wrongCode).length;
    const corrected = own.filter((row) => (ledger.flags[row]! & Flag.corrected) !== 0);
    const lastUs = corrected.reduce((latest, row) => Math.max(latest, ledger.correctedUs[row]!), 0);
    return {
      fromS: fromUs[window]! / US_PER_S,
      toS: toUs[window]! / US_PER_S,
      fans: new Set(own.map((row) => ledger.fan[row]!)).size,
      wrong,
      misaddressed: own.length - wrong,
      share: own.length / (own.length + goodIn(replies, span)),
      corrected: corrected.length,
      allCorrectedS: corrected.length === own.length ? lastUs / US_PER_S : null,
      rows: own,
    };
  });
}
