/** The first few different malformed replies as a report shows them: printable, short, without what is secret. */
import { formatTimeOfDay, US_PER_S } from '../../core/units.js';
import type { RunClock } from '../measure/marks.js';
import type { MalformedReply } from '../player/recorder.js';
import { printable } from './column.js';
import type { MalformedSample } from './document.js';

const MAX_SAMPLES = 5;
const MAX_LENGTH = 200;
/** What is shorter is no secret, and would be found everywhere. */
const SECRET_AT_LEAST = 4;

/** `secrets`: texts that must not be shown, as tokens, keys and header values are. */
export function malformedSamples(
  replies: readonly MalformedReply[],
  secrets: readonly string[],
  clock: RunClock,
): MalformedSample[] {
  const seen = new Set<string>();
  return replies
    .toSorted((a, b) => a.atUs - b.atUs)
    .map(({ id, atUs, status, body, reason = '' }) => {
      const atS = atUs / US_PER_S;
      const at = formatTimeOfDay(clock.startDayS + atS * clock.speed, true);
      const why = shortened(withoutSecrets(reason, secrets));
      const text = shortened(withoutSecrets(body, secrets));
      return { message: id, atS, at, status, text, ...(why === '' ? {} : { reason: why }) };
    })
    .filter((sample) => !seen.has(lookOf(sample)) && seen.add(lookOf(sample)))
    .slice(0, MAX_SAMPLES);
}

/** Of what was not read there is no text: the reason tells it from another. */
function lookOf({ text, reason = '' }: MalformedSample): string {
  return text === '' ? reason : text;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: one may be part of another.
  const known = secrets.filter(({ length }) => length >= SECRET_AT_LEAST).toSorted((a, b) => b.length - a.length);
  return known.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}

function shortened(text: string): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  const characters = [...line.slice(0, (MAX_LENGTH + 1) * 2)];
  return characters.length <= MAX_LENGTH ? line : `${characters.slice(0, MAX_LENGTH - 1).join('')}…`;
}
