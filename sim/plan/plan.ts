/**
 * Scenario + seed -> the plan: who sends what, and when, all fixed before a socket opens. Speed is not in it (it scales
 * the clock that plays it); the window is (it is a part of the day's rows). Every draw has a stream of its own name.
 */
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { type RandomStream, randomStream } from '../../core/random.js';
import { formatTimeOfDay, US_PER_S } from '../../core/units.js';
import { dayEndS, type Scenario } from '../scenario/schema.js';
import type { TrafficPart } from '../scenario/traffic.js';
import { cumulativeActivity, drawFan } from '../traffic/activity.js';
import { aliasTable, drawAlias } from '../traffic/alias-table.js';
import { arrivalsOf } from '../traffic/arrivals.js';
import { intentWeights } from '../traffic/weights.js';
import { type Catalogue, catalogueOf, kindNumber } from './catalogue.js';
import { digestPlan, type PlanColumns, planColumns, slicePlan } from './columns.js';
import { assignLeavers } from './leavers.js';
import { type Arrival, mergeArrivals } from './merge.js';

export interface Plan {
  readonly columns: PlanColumns;
  readonly digest: string;
  readonly catalogue: Catalogue;
  /** Followers there at the start of the day and all who join in it; fans are numbered from 0 in that order. */
  readonly fans: number;
  /** The part of the day that is played: seconds since midnight. */
  readonly startDayS: number;
  readonly endDayS: number;
}

/** What is asked of a plan once it has been played. */
export interface PlayedPlan extends Omit<Plan, 'columns' | 'fans'> {
  readonly columns: Pick<PlanColumns, 'length' | 'seed'>;
}

/** Without the columns that nobody asks for any more. */
export function playedPlan({ columns: { length, seed }, ...plan }: Plan): PlayedPlan {
  return { ...plan, columns: { length, seed: seed.slice() } };
}

export interface Window {
  readonly fromDayS: number;
  readonly toDayS: number;
}

/** Throws UserError (usage) where a message would have no fan to write it. 2.8 million messages take about two seconds. */
export function makePlan(scenario: Scenario, window?: Window): Plan {
  const catalogue = catalogueOf(scenario);
  const arrivals = mergeArrivals(
    scenario.traffic.map((part, index) => arrivalsOfPart(scenario, part, index, catalogue)),
  );
  const { columns, fans } = assignFans(scenario, arrivals, catalogue);
  const startDayS = window?.fromDayS ?? scenario.day.start;
  const endDayS = window?.toDayS ?? dayEndS(scenario);
  const played =
    window === undefined
      ? columns
      : slicePlan(columns, firstAt(columns.dueUs, startDayS * US_PER_S), firstAt(columns.dueUs, endDayS * US_PER_S));
  return { columns: played, digest: digestPlan(played), catalogue, fans, startDayS, endDayS };
}

function arrivalsOfPart(scenario: Scenario, part: TrafficPart, index: number, catalogue: Catalogue): Arrival {
  const day = { startS: scenario.day.start, endS: dayEndS(scenario) };
  const times = arrivalsOf(part, day).sample(randomStream(scenario.seed, 'arrivals', part.name));
  const dueUs = times.map((timeS) => Math.floor(timeS * US_PER_S));
  const intent = new Uint16Array(times.length);
  const { intents, weights } = intentWeights(part.sends);
  const numbers = intents.map((name) => catalogue.intents.indexOf(name));
  if (numbers.length === 1) intent.fill(numbers[0]!);
  else {
    const table = aliasTable(weights);
    const random = randomStream(scenario.seed, 'intents', part.name);
    for (let i = 0; i < intent.length; i++) intent[i] = numbers[drawAlias(table, random.uniform())]!;
  }
  return { dueUs, intent, part: new Uint8Array(times.length).fill(index) };
}

/** In order of time: each `subscribe` is a new fan, who may write from then on; every other message one who is there. */
function assignFans(
  scenario: Scenario,
  arrivals: Arrival,
  catalogue: Catalogue,
): { columns: PlanColumns; fans: number } {
  const { seed } = scenario;
  const length = arrivals.dueUs.length;
  const columns = planColumns(length);
  columns.dueUs.set(arrivals.dueUs);
  columns.part.set(arrivals.part);
  const subscribe = kindNumber('subscribe');
  const unsubscribe = kindNumber('unsubscribe');
  const kindOfIntent = Uint8Array.from(catalogue.first, (template) => catalogue.templates[template]!.kind);
  let joining = 0;
  for (let i = 0; i < length; i++) if (kindOfIntent[arrivals.intent[i]!] === subscribe) joining++;
  const fans = scenario.fans.followers + joining;
  const activity = cumulativeActivity(randomStream(seed, 'activity'), fans, scenario.fans.activity);
  const who = randomStream(seed, 'fans');
  const what = randomStream(seed, 'templates');
  const leavers: number[] = [];
  let there = scenario.fans.followers;
  for (let i = 0; i < length; i++) {
    const intent = arrivals.intent[i]!;
    const kind = kindOfIntent[intent]!;
    columns.kind[i] = kind;
    columns.template[i] = catalogue.first[intent]! + drawWording(what, catalogue.count[intent]!);
    columns.seed[i] = what.uint32();
    if (kind === subscribe) columns.fan[i] = there++;
    else if (there === 0) throw nobodyThere(arrivals.dueUs[i]!);
    else if (kind === unsubscribe) leavers.push(i);
    else columns.fan[i] = drawFan(activity, there, who.uniform());
  }
  assignLeavers(columns, leavers, {
    followers: scenario.fans.followers,
    subscribe,
    random: randomStream(seed, 'leavers'),
  });
  return { columns, fans };
}

function drawWording(random: RandomStream, count: number): number {
  return count === 1 ? 0 : random.below(count);
}

/** The first row due at or after `dueUs`. */
function firstAt(column: Float64Array, dueUs: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[middle]! < dueUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nobodyThere(dueUs: number): UserError {
  const clock = formatTimeOfDay(dueUs / US_PER_S, true);
  return new UserError(
    ExitCode.usage,
    `fans.followers is 0 and a message is due at ${clock}, before anybody has joined: let some followers be there, or let the traffic start later`,
  );
}
