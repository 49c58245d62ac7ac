/**
 * The room's door: a part of the scenario's traffic becomes its arrival model. One model a file (THEORY.md §1); models
 * with a rate go through `cumulative-rate`, reactions through `reaction`, and `burstiness` may be laid over any of them.
 */
import { unreachable } from '../../core/problem.js';
import type { TrafficPart } from '../scenario/traffic.js';
import { appointedArrivals } from './appointed.js';
import type { Arrivals, Day } from './arrival-model.js';
import { burstyArrivals } from './burstiness.js';
import { constantArrivals } from './constant.js';
import { curveArrivals } from './curve.js';
import { dailyArrivals } from './daily.js';
import { poissonArrivals } from './poisson.js';
import { pushArrivals } from './push.js';
import { rampArrivals } from './ramp.js';
import { recordedArrivals } from './recorded.js';
import { sharesArrivals } from './shares.js';
import { stepsArrivals } from './steps.js';

export type { Arrivals, Day } from './arrival-model.js';

/** The arrivals of one part within the day. Throws an Error that names the part when it has no rate, times or room in the day. */
export function arrivalsOf(part: TrafficPart, day: Day): Arrivals {
  if (!(day.startS >= 0 && day.endS > day.startS)) throw new Error(`not a day: ${day.startS}–${day.endS} s`);
  const arrivals = smoothArrivalsOf(part, day);
  return part.burstiness === undefined ? arrivals : burstyArrivals(arrivals, part.burstiness, day);
}

function smoothArrivalsOf(part: TrafficPart, day: Day): Arrivals {
  switch (part.model) {
    case 'constant':
      return constantArrivals(part, day);
    case 'poisson':
      return poissonArrivals(part, day);
    case 'ramp':
      return rampArrivals(part, day);
    case 'steps':
      return stepsArrivals(part, day);
    case 'curve':
      return curveArrivals(part, day);
    case 'daily':
      return dailyArrivals(part, day);
    case 'push':
      return pushArrivals(part, day);
    case 'appointed':
      return appointedArrivals(part, day);
    case 'shares':
      return sharesArrivals(part, day);
    case 'recorded':
      return recordedArrivals(part, day);
    default:
      return unreachable(part);
  }
}
