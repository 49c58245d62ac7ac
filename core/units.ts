/** Durations, rates, shares and clock times as users write them. Every conversion of units stands here. */

export const US_PER_MS = 1_000;
export const US_PER_S = 1_000_000;
export const S_PER_DAY = 86_400;

const secondsPerUnit: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  min: 60,
  h: 3_600,
  d: S_PER_DAY,
};

/** `250ms`, `5s`, `1h30m` -> seconds; undefined when it is none. A bare number is none: a duration carries its unit. */
export function parseDurationS(text: string): number | undefined {
  const compact = text.replace(/\s+/g, '');
  if (!/^(\d+(\.\d+)?(us|ms|min|s|m|h|d))+$/.test(compact)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(us|ms|min|s|m|h|d)/g)) {
    seconds += Number(amount) * secondsPerUnit[unit!]!;
  }
  return seconds;
}

/** `200/s`, `10/min`, `5000/h`, `40000/d` -> events per second; undefined when it is none. */
export function parseRatePerS(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\/(s|min|m|h|d)$/.exec(text.replace(/\s+/g, ''));
  return match ? Number(match[1]) / secondsPerUnit[match[2]!]! : undefined;
}

/** `12.5%` -> 0.125; undefined when it is none or above 100 %. */
export function parseShare(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)%$/.exec(text.replace(/\s+/g, ''));
  const share = match ? Number(match[1]) / 100 : undefined;
  return share !== undefined && share <= 1 ? share : undefined;
}

/** `14:55` or `14:55:30` -> seconds since midnight (24:00 is the end of the day); undefined when it is none. */
export function parseTimeOfDayS(text: string): number | undefined {
  const match = /^(\d{1,2}):([0-5]\d)(?::([0-5]\d))?$/.exec(text.trim());
  if (!match) return undefined;
  const seconds = Number(match[1]) * 3_600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
  return seconds <= S_PER_DAY ? seconds : undefined;
}

/** Seconds -> `250ms`, `4.2s`, `3m 20s`, `1h 05m`, `2d 3h`: at most two units, for people; what rounds up to the next unit is shown in it. */
export function formatDurationS(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'never';
  if (seconds < 0) return `-${formatDurationS(-seconds)}`;
  if (seconds < 0.9995) return seconds < 0.01 ? `${trim(seconds * 1e3, 2)}ms` : `${Math.round(seconds * 1e3)}ms`;
  if (seconds < 59.95) return `${trim(seconds, seconds < 10 ? 2 : 1)}s`;
  const whole = Math.round(seconds);
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 2_880) return `${Math.floor(minutes / 60)}h ${pad(minutes % 60)}m`;
  const hours = Math.round(seconds / 3_600);
  const rest = hours % 24;
  return `${Math.floor(hours / 24)}d${rest === 0 ? '' : ` ${rest}h`}`;
}

/** Seconds since midnight -> `14:55`, or `14:55:30` off the whole minute; `+1d` is added for each day after the first. */
export function formatTimeOfDay(
  secondsOfDay: number,
  withSeconds = Math.floor(secondsOfDay + 1e-6) % 60 !== 0,
): string {
  const whole = Math.floor(secondsOfDay + 1e-6);
  const day = Math.floor(whole / S_PER_DAY);
  const rest = whole - day * S_PER_DAY;
  const clock = `${pad(Math.floor(rest / 3_600))}:${pad(Math.floor(rest / 60) % 60)}`;
  return `${clock}${withSeconds ? `:${pad(rest % 60)}` : ''}${day > 0 ? `+${day}d` : ''}`;
}

/** 1234567 -> `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** 0.1234 -> `12.34%`; small shares keep two significant digits. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent >= 0.1) return `${trim(percent, 2)}%`;
  return `${Number(percent.toPrecision(2))}%`;
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
