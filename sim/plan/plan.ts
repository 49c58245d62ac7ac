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
import { cumulativeActivity, drawFan, fanTable } from '../traffic/activity.js';
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
  const { columns, intent } = arrivalsOfDay(scenario, catalogue);
  assignWordings(scenario, columns, intent, catalogue);
  const fans = assignFans(scenario, columns);
  const startDayS = window?.fromDayS ?? scenario.day.start;
  const endDayS = window?.toDayS ?? dayEndS(scenario);
  const played =
    window === undefined
      ? columns
      : slicePlan(columns, firstAt(columns.dueUs, startDayS * US_PER_S), firstAt(columns.dueUs, endDayS * US_PER_S));
  return { columns: played, digest: digestPlan(played), catalogue, fans, startDayS, endDayS };
}

/** All that comes, in order of time: when, of which part, and what is meant. */
function arrivalsOfDay(scenario: Scenario, catalogue: Catalogue): { columns: PlanColumns; intent: Uint16Array } {
  const parts = scenario.traffic.map((part, index) => arrivalsOfPart(scenario, part, index, catalogue));
  const columns = planColumns(parts.reduce((sum, { dueUs }) => sum + dueUs.length, 0));
  const intent = new Uint16Array(columns.length);
  mergeArrivals(parts, { dueUs: columns.dueUs, part: columns.part, intent });
  return { columns, intent };
}

function arrivalsOfPart(scenario: Scenario, part: TrafficPart, index: number, catalogue: Catalogue): Arrival {
  const day = { startS: scenario.day.start, endS: dayEndS(scenario) };
  // A sample is the caller's own: its seconds become microseconds in place.
  const dueUs = arrivalsOf(part, day).sample(randomStream(scenario.seed, 'arrivals', part.name));
  for (let i = 0; i < dueUs.length; i++) dueUs[i] = Math.floor(dueUs[i]! * US_PER_S);
  const intent = new Uint16Array(dueUs.length);
  const { intents, weights } = intentWeights(part.sends);
  const numbers = Uint16Array.from(intents, (name) => catalogue.intents.indexOf(name));
  if (numbers.length === 1) intent.fill(numbers[0]!);
  else {
    const table = aliasTable(weights);
    const { uniform } = randomStream(scenario.seed, 'intents', part.name);
    for (let i = 0; i < intent.length; i++) intent[i] = numbers[drawAlias(table, uniform())]!;
  }
  return { dueUs, intent, part: new Uint8Array(dueUs.length).fill(index) };
}

/** What is said: kind, wording and seed of each message. */
function assignWordings({ seed }: Scenario, columns: PlanColumns, intents: Uint16Array, catalogue: Catalogue): void {
  const { length, template: templateOf, kind: kindOf, seed: seedOf } = columns;
  const kindOfIntent = Uint8Array.from(catalogue.first, (template) => catalogue.templates[template]!.kind);
  const firstTemplate = Uint16Array.from(catalogue.first);
  const wordings = Uint16Array.from(catalogue.count);
  const what = randomStream(seed, 'templates');
  for (let i = 0; i < length; i++) {
    const intent = intents[i]!;
    kindOf[i] = kindOfIntent[intent]!;
    templateOf[i] = firstTemplate[intent]! + drawWording(what, wordings[intent]!);
    seedOf[i] = what.uint32();
  }
}

/**
 * Who says it; gives the number of fans. In order of time: each `subscribe` is a new fan, who may write from then on;
 * every other message one who is there.
 */
function assignFans({ seed, fans: { followers, activity } }: Scenario, columns: PlanColumns): number {
  const { length, dueUs, fan, kind: kindOf } = columns;
  const subscribe = kindNumber('subscribe');
  const unsubscribe = kindNumber('unsubscribe');
  let fans = followers;
  for (let i = 0; i < length; i++) if (kindOf[i] === subscribe) fans++;
  const table = fanTable(cumulativeActivity(randomStream(seed, 'activity'), fans, activity));
  const { uniform } = randomStream(seed, 'fans');
  const leavers: number[] = [];
  let there = followers;
  for (let i = 0; i < length; i++) {
    const kind = kindOf[i]!;
    if (kind === subscribe) fan[i] = there++;
    else if (there === 0) throw nobodyThere(dueUs[i]!);
    else if (kind === unsubscribe) leavers.push(i);
    else fan[i] = drawFan(table, there, uniform());
  }
  assignLeavers(columns, leavers, { followers, subscribe, random: randomStream(seed, 'leavers') });
  return fans;
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
