/** The same day with more, or fewer, people in it. */
import type { Scenario } from '../scenario/schema.js';
import type { TrafficPart } from '../scenario/traffic.js';

const MOST_PEOPLE = 20_000_000;

/** Every part of the traffic, the followers and the recipients of pushes times `factor`; when things happen stays. */
export function crowdTimes(scenario: Scenario, factor: number): Scenario {
  const { fans, traffic } = scenario;
  return {
    ...scenario,
    fans: { ...fans, followers: people(fans.followers, factor) },
    traffic: traffic.map((part) => partTimes(part, factor)),
  };
}

function partTimes(part: TrafficPart, factor: number): TrafficPart {
  const total = 'total' in part && part.total !== undefined ? { total: whole(part.total, factor) } : {};
  switch (part.model) {
    case 'constant':
    case 'poisson':
    case 'shares':
      return { ...part, ...total, ...(part.rate === undefined ? {} : { rate: part.rate * factor }) };
    case 'ramp':
      return { ...part, ...total, startRate: part.startRate * factor, endRate: part.endRate * factor };
    case 'steps':
      return { ...part, ...total, steps: part.steps.map((step) => ({ ...step, rate: step.rate * factor })) };
    case 'curve': {
      const points = part.points?.map((point) => ({ ...point, rate: point.rate * factor }));
      return { ...part, ...total, ...(points === undefined ? {} : { points }) };
    }
    case 'daily':
      return { ...part, ...total, ...(part.perDay === undefined ? {} : { perDay: part.perDay * factor }) };
    case 'push':
      return { ...part, ...total, recipients: Math.max(1, people(part.recipients, factor)) };
    case 'appointed':
      return { ...part, ...total, ...(part.each === undefined ? {} : { each: whole(part.each, factor) }) };
    case 'recorded':
      return part.times === undefined ? part : { ...part, times: timesRepeated(part.times, factor) };
  }
}

/** Each recorded time as often as the factor says; of a broken one evenly spread over the list. */
function timesRepeated(times: readonly number[], factor: number): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  const repeated = sorted.flatMap((time, place) => {
    const copies = Math.floor((place + 1) * factor + 1e-9) - Math.floor(place * factor + 1e-9);
    return Array.from({ length: copies }, () => time);
  });
  return repeated.length === 0 ? sorted.slice(0, 1) : repeated;
}

function whole(count: number, factor: number): number {
  return Math.max(1, Math.round(count * factor));
}

function people(count: number, factor: number): number {
  return Math.min(MOST_PEOPLE, Math.round(count * factor));
}
