/**
 * The course of a day, repeated: 24 hourly weights, a straight line from the middle of one hour to the middle of the next
 * (23:30–00:30 included), so that the rate has no jump and a whole day's integral is 3600 · Σ weights exactly:
 *   λ(t) = perDay · w(t) / (3600 · Σw) · G_day,   G_day ~ Gamma(1/CV², CV²): mean 1, one for each calendar day.
 * The random day factor is what calls really do (Brown et al. 2005): the Fano factor of a window w is 1 + CV²·λw.
 */
import { S_PER_DAY } from '../../core/units.js';
import { type Arrivals, type Day, type PartOf, partError, spanWithin } from './arrival-model.js';
import { cumulativeRate, type RateLine } from './cumulative-rate.js';
import { rateArrivals, sampleRate } from './rate-arrivals.js';

const S_PER_HOUR = 3_600;

/**
 * How an official account is read (WeChat: peaks at 07:40, 11:30–13:30 and 20:00–24:00, hardly anyone from 01 to 06).
 * The hours 0–23; the peaks are published, their relative heights are ours.
 */
const READING_HOURS: readonly number[] = [
  2.8, 1.1, 0.6, 0.4, 0.4, 0.7, 2.2, 5.2, 4.6, 3.8, 4.0, 5.2, 6.0, 5.0, 3.8, 3.7, 3.8, 4.2, 4.7, 5.4, 6.8, 7.8, 7.6,
  5.6,
];

export function dailyArrivals(part: PartOf<'daily'>, day: Day): Arrivals {
  const { total, perDay, dayFactorCv } = part;
  const hours = part.hours ?? READING_HOURS;
  const weight = hours.reduce((sum, hour) => sum + hour, 0);
  if (total === undefined && perDay === undefined) throw partError(part, 'needs a total or perDay');
  const span = spanWithin(part, day);
  const scale = total === undefined ? perDay! / (S_PER_HOUR * weight) : 1;
  const firstDay = Math.floor(span.startS / S_PER_DAY);
  const days = Math.max(1, Math.ceil(span.endS / S_PER_DAY) - firstDay);
  const rateWith = (factors: readonly number[]) =>
    cumulativeRate(
      factors.flatMap((factor, i) => linesOfDay(hours, (firstDay + i) * S_PER_DAY, scale * factor)),
      span,
    );

  const mean = rateWith(new Array<number>(days).fill(1));
  if (weight === 0 || (total !== undefined && mean.total === 0)) {
    throw partError(part, 'its hours hold nothing within the day');
  }
  const smooth = rateArrivals(mean, { total, spacing: 'random' });
  if (total !== undefined || dayFactorCv === 0) return smooth;
  const variance = dayFactorCv * dayFactorCv;
  return {
    expected: smooth.expected,
    sample(random) {
      const factors = Array.from({ length: days }, () => random.gamma(1 / variance, variance));
      return sampleRate(rateWith(factors), { spacing: 'random' }, random);
    },
  };
}

/** Midnight to midnight: half a line, 23 lines from middle to middle, half a line. */
function linesOfDay(hours: readonly number[], midnightS: number, scale: number): RateLine[] {
  const midnightRate = (scale * (hours[0]! + hours[23]!)) / 2;
  const middleS = (hour: number) => midnightS + (hour + 0.5) * S_PER_HOUR;
  const lines: RateLine[] = [{ fromS: midnightS, toS: middleS(0), fromRate: midnightRate, toRate: scale * hours[0]! }];
  for (let hour = 1; hour < 24; hour++) {
    lines.push({
      fromS: middleS(hour - 1),
      toS: middleS(hour),
      fromRate: scale * hours[hour - 1]!,
      toRate: scale * hours[hour]!,
    });
  }
  lines.push({ fromS: middleS(23), toS: midnightS + S_PER_DAY, fromRate: scale * hours[23]!, toRate: midnightRate });
  return lines;
}
