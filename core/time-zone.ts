/** Days on the wall's clock of a time zone, by name. Pure: the moment is given. */

/** Of this process. */
export function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The date there, like `2026-11-30`. `atMs`: milliseconds since 1970. */
export function dateIn(timeZone: string, atMs: number): string {
  return new Date(shownMs(timeZone, atMs)).toISOString().slice(0, 10);
}

/** Milliseconds since 1970 of the first instant of a date there; undefined: there is no such date. */
export function midnightIn(timeZone: string, date: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return undefined;
  const shown = Date.parse(`${date}T00:00:00Z`);
  if (!Number.isFinite(shown) || new Date(shown).toISOString().slice(0, 10) !== date) return undefined;
  // The offset just before may be another one, where clocks change that day.
  let atMs = shown;
  for (let round = 0; round < 2; round += 1) atMs = shown - (shownMs(timeZone, atMs) - atMs);
  return atMs;
}

/** What clocks show there, as if it were UTC. */
function shownMs(timeZone: string, atMs: number): number {
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(formatter.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0;
  const wholeS = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wholeS + (((atMs % 1_000) + 1_000) % 1_000);
}
