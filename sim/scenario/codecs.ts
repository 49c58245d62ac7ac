/** How a scenario writes quantities: always text with a unit. Decoded to plain numbers, encoded back the same way. */
import { z } from 'zod';
import {
  formatTimeOfDay,
  parseDurationS,
  parseRatePerS,
  parseShare,
  parseTimeOfDayS,
  S_PER_DAY,
} from '../../core/units.js';

export type Seconds = number;
export type PerSecond = number;
/** Seconds since midnight of the scenario's first day: the day's clock, and the only scenario time there is. */
export type DayS = number;
/** 0..1 */
export type Share = number;

function quantity(parse: (text: string) => number | undefined, encode: (value: number) => string, wanted: string) {
  return z
    .codec(z.string(wanted), z.number(), {
      decode: (text, context) => {
        const value = parse(text);
        if (value !== undefined) return value;
        context.issues.push({ code: 'custom', input: text, message: `${JSON.stringify(text)} is not ${wanted}` });
        return z.NEVER;
      },
      encode,
    })
    .meta({ wanted });
}

export const duration = quantity(
  parseDurationS,
  encodeDuration,
  'a duration with its unit, like "250ms", "5s" or "1h30m"',
);
export const rate = quantity(
  parseRatePerS,
  (perS) => `${perS}/s`,
  'a rate with its unit, like "200/s", "10/min" or "5000/h"',
);
export const share = quantity(parseShare, (part) => `${part * 100}%`, 'a share from "0%" to "100%"');
export const moment = quantity(
  parseMomentS,
  (dayS) => formatTimeOfDay(dayS, true),
  'a time of day like "14:55", or "09:00+1d" on the second day',
);

/** `14:55`, `14:55:30`, `09:00+1d` -> seconds since midnight of the first day. */
export function parseMomentS(text: string): DayS | undefined {
  const [clock = '', days, ...rest] = text.trim().split('+');
  const seconds = parseTimeOfDayS(clock);
  if (seconds === undefined || rest.length > 0) return undefined;
  if (days === undefined) return seconds;
  const match = /^(\d{1,3})d$/.exec(days);
  return match ? seconds + Number(match[1]) * S_PER_DAY : undefined;
}

function encodeDuration(seconds: Seconds): string {
  for (const [unit, size] of [
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (seconds >= size && Number.isInteger(seconds / size)) return `${seconds / size}${unit}`;
  }
  return seconds === 0 ? '0s' : `${Number((seconds * 1_000).toPrecision(12))}ms`;
}
