/** What a report says in words of the platform's API: refused calls, stray replies, events of its own. */
import { formatCount } from '../../core/units.js';
import type { RefusedCalls } from '../measure/measures.js';
import type { LaterExchange } from '../run/later-exchange.js';
import { messageOf } from '../run/platform-code.js';
import type { PlatformEventCounts } from '../run/platform-events.js';

export function platformNotes(
  exchange: Pick<LaterExchange, 'unknown' | 'calls'> | undefined,
  events: PlatformEventCounts | undefined,
): string[] {
  return [...unknownNote(exchange?.unknown() ?? 0), ...refusedNote(exchange?.calls()), ...eventNote(events)];
}

function unknownNote(count: number): string[] {
  return count === 0 ? [] : [`${count} later replies went to openids that are nobody's`];
}

function refusedNote(counts: ReturnType<LaterExchange['calls']>): string[] {
  if (counts === undefined) return [];
  const refused = refusedCodes(counts);
  if (refused.length === 0) return [];
  const words = refused.map(({ code, count }) => `${formatCount(count)} × ${code} (${messageOf(code)})`).join(', ');
  return [`the platform's API refused ${words}, of ${formatCount(counts.calls)} calls`];
}

/** For the headline; undefined: none was refused, or the API was not served. */
export function refusedCalls(counts: ReturnType<LaterExchange['calls']>): RefusedCalls | undefined {
  const codes = counts === undefined ? [] : refusedCodes(counts);
  const [most] = codes;
  if (counts === undefined || most === undefined) return undefined;
  const refused = codes.reduce((sum, { count }) => sum + count, 0);
  return { calls: counts.calls, refused, code: most.code, words: messageOf(most.code) };
}

/** Most first. */
function refusedCodes({ byCode }: NonNullable<ReturnType<LaterExchange['calls']>>) {
  return Object.entries(byCode)
    .map(([code, count]) => ({ code: Number(code), count }))
    .filter(({ code }) => code !== 0)
    .sort((a, b) => b.count - a.count);
}

/** `heldBack`: messages that came due while the platform, after too many failures, pushed nothing (MarkFail). */
export function heldBackNote(heldBack: number): string[] {
  if (heldBack === 0) return [];
  return [
    `after too many failures the platform pushed nothing for a while: ${formatCount(heldBack)} ${heldBack === 1 ? 'message' : 'messages'} waited until it pushed again`,
  ];
}

function eventNote(events: PlatformEventCounts | undefined): string[] {
  if (events === undefined || events.pushed === 0) return [];
  const { pushed, acknowledged, failed } = events;
  return [`mass messages: ${pushed} finish events pushed, ${acknowledged} acknowledged, ${failed} failed`];
}
