/** What a scenario's server will do when it falls behind, from its settings and its plan alone (THEORY §4). */
import { formatCount, formatDurationS, formatShare, formatTimeOfDay, US_PER_S } from '../../core/units.js';
import { queueForDeadline } from '../../server/engine/overload.js';
import type { Plan } from '../plan/plan.js';
import type { Scenario } from '../scenario/schema.js';
import { capacityPerS } from './capacity.js';
import { type FluidStep, fluidDay, isStormProne } from './fluid.js';
import { mostWorkersLine, tooManyWorkers } from './most-workers.js';

/** Of run time: long enough that a line forms, short enough to see a volley. */
const BUSY_S = 60;

export interface Load {
  /** Messages a second of the run that the workers can do; infinite without a work time. */
  readonly capacityPerS: number;
  /** In the busiest minute of the run. */
  readonly busiestPerS: number;
  /** Seconds since midnight at which it begins. */
  readonly busiestAtDayS: number;
  /** Minute by minute. */
  readonly steps: readonly FluidStep[];
}

export function loadOf({ server, speed }: Scenario, plan: Pick<Plan, 'columns' | 'startDayS' | 'endDayS'>): Load {
  const wholeS = (plan.endDayS - plan.startDayS) / speed;
  const counts = new Uint32Array(Math.max(1, Math.ceil(wholeS / BUSY_S - 1e-9)));
  for (const dueUs of plan.columns.dueUs) {
    const runS = (dueUs / US_PER_S - plan.startDayS) / speed;
    const minute = Math.min(counts.length - 1, Math.floor(runS / BUSY_S));
    counts[minute] = counts[minute]! + 1;
  }
  const lengthOf = (minute: number) => Math.min(BUSY_S, wholeS - minute * BUSY_S);
  const steps = Array.from(counts, (count, minute) => ({
    lengthS: lengthOf(minute),
    arrivalsPerS: count / lengthOf(minute),
  }));
  const busiest = steps.reduce(
    (best, { arrivalsPerS }, place) => (arrivalsPerS > steps[best]!.arrivalsPerS ? place : best),
    0,
  );
  return {
    capacityPerS: capacityPerS(server),
    busiestPerS: steps[busiest]!.arrivalsPerS,
    busiestAtDayS: plan.startDayS + busiest * BUSY_S * speed,
    steps,
  };
}

export function warningsOf(scenario: Scenario, load: Load): string[] {
  const { server, platform, queue } = scenario;
  const { capacityPerS } = load;
  // A plain queue takes the server's place.
  if (queue !== undefined) return [];
  if (!Number.isFinite(capacityPerS) || server.reply === 'later') return [];
  const deadlineS = server.deadline ?? platform.deadline;
  const room =
    server.queue === 'auto' ? queueForDeadline(server.workers, deadlineS, server.workTime.mean) : server.queue;
  const use = load.busiestPerS / capacityPerS;
  const tooMany = tooManyWorkers(scenario);
  const warnings: string[] = tooMany === undefined ? [] : [`${tooMany}: ${mostWorkersLine(scenario)}`];
  const rules = {
    attempts: platform.attempts,
    deadlineS,
    isDeduplicated: server.dedupe,
    dropsExpired: server.order === 'drop-expired',
    room,
  };
  if (server.order !== 'newest-first' && isStormProne(use, capacityPerS, rules)) {
    warnings.push(
      `vulnerable to a retry storm: at ${formatTimeOfDay(load.busiestAtDayS)} the load is ${formatShare(use)} of the capacity, more than 1/${platform.attempts} of it, and every message comes ${platform.attempts} times without an answer; once behind, it stays behind. Set server.dedupe: true, server.order: drop-expired, or server.queue below ${formatCount(capacityPerS * deadlineS)}`,
    );
  }
  if (server.order === 'fifo' && room > capacityPerS * deadlineS) {
    warnings.push(
      `the queue is longer than the deadline: the last of ${formatCount(room)} waits ${formatDurationS(room / capacityPerS)}, and the platform cuts after ${formatDurationS(deadlineS)}. Set server.queue: auto, or server.order: drop-expired`,
    );
  }
  const { longestWaitS, peakBacklog } = fluidDay(load.steps, capacityPerS);
  if (server.order === 'fifo' && longestWaitS > deadlineS && room > capacityPerS * deadlineS) {
    warnings.push(
      `the order of service loses answers: ${formatCount(peakBacklog)} messages pile up and fifo answers those that are already cut; drop-expired or newest-first answers as many as the capacity allows`,
    );
  } else if (longestWaitS > deadlineS) {
    warnings.push(
      `the capacity is too small for the volleys: ${formatCount(peakBacklog)} messages pile up, ${formatDurationS(longestWaitS)} of work; whoever comes then gets no answer within ${formatDurationS(deadlineS)}`,
    );
  }
  return warnings;
}
