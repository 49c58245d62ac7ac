/** What might help a day that does not keep its promise: more workers, more people, less work. Each is then really tried. */
import { z } from 'zod';
import { duration } from '../scenario/codecs.js';
import type { Scenario } from '../scenario/schema.js';
import { mostWorkers } from './most-workers.js';

/** A setting as a scenario names it. */
export interface Change {
  readonly name: string;
  readonly from: number | string;
  readonly to: number | string;
}

export interface Lever {
  readonly changes: readonly Change[];
  readonly scenario: Scenario;
}

/** Of one kind each, then of all kinds together. */
export function moreHands(scenario: Scenario, times: number): Lever[] {
  return withAll(scenario, [scenario.queue === undefined ? workers : servers, people], times);
}

/** The same for how long one message is worked on: a share of it. */
export function lessWork(scenario: Scenario, share: number): Lever[] {
  return withAll(scenario, [scenario.queue === undefined ? workTime : service, handling], share);
}

/** Undefined: the scenario has none of it. */
type Part = (scenario: Scenario, factor: number) => Lever | undefined;

function withAll(scenario: Scenario, parts: readonly Part[], factor: number): Lever[] {
  const single = parts.flatMap((part) => part(scenario, factor) ?? []);
  if (single.length < 2) return single;
  const all = parts.reduce((changed, part) => part(changed, factor)?.scenario ?? changed, scenario);
  return [...single, { changes: single.flatMap(({ changes }) => changes), scenario: all }];
}

/** No more than contention lets do anything, and fewer where there are more. */
function workers(scenario: Scenario, times: number): Lever | undefined {
  const { server } = scenario;
  const to = Math.min(server.workers * times, mostWorkers(scenario));
  if (to === server.workers) return undefined;
  return {
    changes: [{ name: 'server.workers', from: server.workers, to }],
    scenario: { ...scenario, server: { ...server, workers: to } },
  };
}

function servers(scenario: Scenario, times: number): Lever | undefined {
  const { queue } = scenario;
  if (queue === undefined) return undefined;
  const to = queue.servers * times;
  return {
    changes: [{ name: 'queue.servers', from: queue.servers, to }],
    scenario: { ...scenario, queue: { ...queue, servers: to } },
  };
}

function people(scenario: Scenario, times: number): Lever | undefined {
  const { desk, queue } = scenario;
  if (desk === undefined || queue !== undefined) return undefined;
  const more = (count: number) => Math.max(1, count) * times;
  if (desk.shifts.length === 0) {
    const to = more(desk.people);
    return {
      changes: [{ name: 'desk.people', from: desk.people, to }],
      scenario: { ...scenario, desk: { ...desk, people: to } },
    };
  }
  const shifts = desk.shifts.map((shift) => ({ ...shift, people: more(shift.people) }));
  return {
    changes: shifts.map(({ people: to }, place) => ({
      name: `desk.shifts.${place}.people`,
      from: desk.shifts[place]!.people,
      to,
    })),
    scenario: { ...scenario, desk: { ...desk, shifts } },
  };
}

function workTime(scenario: Scenario, share: number): Lever | undefined {
  const { server } = scenario;
  const mean = server.workTime.mean * share;
  if (mean === 0) return undefined;
  return {
    changes: [time('server.workTime.mean', server.workTime.mean, mean)],
    scenario: { ...scenario, server: { ...server, workTime: { ...server.workTime, mean } } },
  };
}

function service(scenario: Scenario, share: number): Lever | undefined {
  const { queue } = scenario;
  if (queue === undefined) return undefined;
  const mean = queue.work.mean * share;
  return {
    changes: [time('queue.work.mean', queue.work.mean, mean)],
    scenario: { ...scenario, queue: { ...queue, work: { ...queue.work, mean } } },
  };
}

function handling(scenario: Scenario, share: number): Lever | undefined {
  const { desk, queue } = scenario;
  if (desk === undefined || queue !== undefined) return undefined;
  const mean = desk.handling.mean * share;
  return {
    changes: [time('desk.handling.mean', desk.handling.mean, mean)],
    scenario: { ...scenario, desk: { ...desk, handling: { ...desk.handling, mean } } },
  };
}

function time(name: string, fromS: number, toS: number): Change {
  return { name, from: z.encode(duration, fromS), to: z.encode(duration, toS) };
}
