/** How a scenario writes quantities: always text with a unit. Decoded to plain numbers, encoded back the same way. */
import { z } from 'zod';
import { parseDurationS, parseRatePerS, parseShare, S_PER_DAY } from '../../core/units.js';

export type Seconds = number;
export type PerSecond = number;
/** Seconds since midnight of the scenario's first day: the day's clock, and the only scenario time there is. */
export type DayS = number;

interface QuantitySpec {
  /** One word, for tables. */
  readonly quantity: string;
  /** With article and examples, for messages. */
  readonly wanted: string;
  /** For editors; the parser is the judge. */
  readonly pattern: string;
  readonly parse: (text: string) => number | undefined;
  readonly encode: (value: number) => string;
}

function quantity({ quantity, wanted, pattern, parse, encode }: QuantitySpec) {
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
    .meta({ quantity, wanted, pattern });
}

export const duration = quantity({
  quantity: 'duration',
  wanted: 'a duration with its unit, like "250ms", "5s" or "1h30m"',
  pattern: '^\\s*(\\d+(\\.\\d+)?\\s*(us|ms|min|s|m|h|d)\\s*)+$',
  parse: parseDurationS,
  encode: encodeDuration,
});
export const rate = quantity({
  quantity: 'rate',
  wanted: 'a rate with its unit, like "200/s", "10/min" or "5000/h"',
  pattern: '^\\s*\\d+(\\.\\d+)?\\s*/\\s*(s|min|m|h|d)\\s*$',
  parse: parseRatePerS,
  encode: encodeRate,
});
export const share = quantity({
  quantity: 'share',
  wanted: 'a share from "0%" to "100%"',
  pattern: '^\\s*\\d+(\\.\\d+)?\\s*%\\s*$',
  parse: parseShare,
  encode: encodeShare,
});
export const moment = quantity({
  quantity: 'moment',
  wanted: 'a time of day like "14:55", or "09:00+1d" on the second day',
  pattern: '^\\s*\\d{1,2}:[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?\\s*(\\+\\s*\\d{1,3}d)?\\s*$',
  parse: parseMomentS,
  encode: formatMoment,
});

/** `14:55`, `14:55:30`, `14:55:30.250`, `09:00+1d` -> seconds since midnight of the first day. */
export function parseMomentS(text: string): DayS | undefined {
  const match = /^\s*(\d{1,2}):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?\s*(?:\+\s*(\d{1,3})d)?\s*$/.exec(text);
  if (!match) return undefined;
  const [, hours, minutes, seconds = '0', fraction = '', days = '0'] = match;
  const whole = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  const timeOfDayUs = whole * 1e6 + Number(fraction.padEnd(6, '0'));
  // Divided once, from whole microseconds, so that a fraction reads the same here as in `53730.25`.
  return timeOfDayUs <= S_PER_DAY * 1e6 ? (timeOfDayUs + Number(days) * S_PER_DAY * 1e6) / 1e6 : undefined;
}

/** The inverse: `14:55:00`, `14:55:30.25+1d`; to the microsecond. */
export function formatMoment(dayS: DayS): string {
  const us = Math.round(dayS * 1e6);
  const day = Math.floor(us / (S_PER_DAY * 1e6));
  const restUs = us - day * S_PER_DAY * 1e6;
  const restS = Math.floor(restUs / 1e6);
  const clock = [Math.floor(restS / 3_600), Math.floor(restS / 60) % 60, restS % 60].map(twoDigits).join(':');
  const fractionUs = restUs - restS * 1e6;
  const fraction = fractionUs === 0 ? '' : `.${String(fractionUs).padStart(6, '0').replace(/0+$/, '')}`;
  return `${clock}${fraction}${day === 0 ? '' : `+${day}d`}`;
}

/** The same, without seconds on the whole minute: `14:55`, `14:55:30`, `09:00+1d`. */
export function formatMomentShort(dayS: DayS): string {
  return formatMoment(dayS).replace(/^(\d\d:\d\d):00(?!\.)/, '$1');
}

function encodeDuration(seconds: Seconds): string {
  const texts = [
    ...(Number.isInteger(seconds / 3_600) && seconds > 0 ? [`${seconds / 3_600}h`] : []),
    ...(Number.isInteger(seconds / 60) && seconds > 0 ? [`${seconds / 60}m`] : []),
    ...(Number.isInteger(seconds) ? [`${seconds}s`] : []),
    `${rounded(seconds * 1e3)}ms`,
    `${rounded(seconds)}s`,
    `${plain(seconds)}s`,
  ];
  return texts.find((text) => parseDurationS(text) === seconds) ?? `${plain(seconds)}s`;
}

function encodeRate(perS: PerSecond): string {
  const texts = [
    `${rounded(perS)}/s`,
    `${rounded(perS * 60)}/min`,
    `${rounded(perS * 3_600)}/h`,
    `${rounded(perS * S_PER_DAY)}/d`,
  ];
  return texts.find((text) => parseRatePerS(text) === perS) ?? `${plain(perS)}/s`;
}

function encodeShare(part: number): string {
  const text = `${rounded(part * 100)}%`;
  return parseShare(text) === part ? text : `${plain(part * 100)}%`;
}

/** What the user wrote, when it had at most twelve digits: rid of the last bits of a multiplication. */
function rounded(value: number): string {
  return plain(Number(value.toPrecision(12)));
}

/** All digits and never an exponent, which the parsers do not read. */
function plain(value: number): string {
  const text = String(value);
  const small = /^(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  return small ? value.toFixed(Math.min(100, Number(small[3]) + (small[2]?.length ?? 0))) : text;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
