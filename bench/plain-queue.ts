/** A textbook queue four ways on the same customers: ours in order and by events, the bare recursion, and npm's simjs. */
import process from 'node:process';
import { randomStream } from '../core/random.js';
import { type PlainQueue, type Served, serveByEvents, serveInOrder } from '../sim/virtual/plain-queue.js';
import { median } from './round.js';

const CUSTOMERS = 1_000_000;
const ROUNDS = 5;
const WARM_CUSTOMERS = 50_000;
const SERVERS = 4;
const ERLANG = 3.2;
/** Erlang C at 3.2 erlang and 4 servers, in units of the mean work. */
const MEAN_WAIT = 0.7455405897;

/** Gives the sum of all waits. */
type Way = (queue: PlainQueue) => number;

/** Prints as it goes. */
export async function benchPlainQueue(print: (line: string) => void): Promise<void> {
  const { serveBySimjs } = (await import(new URL('../../bench/simjs-queue.mjs', import.meta.url).href)) as {
    serveBySimjs: Way;
  };
  const ways: readonly (readonly [string, Way])[] = [
    ['in order', (queue) => waited(serveInOrder(queue), queue)],
    ['by events', (queue) => waited(serveByEvents(queue), queue)],
    ['recursion', serveByRecursion],
    ['simjs 2.0.3', serveBySimjs],
  ];
  for (const [, serve] of ways) serve(drawn(WARM_CUSTOMERS));
  const rates: number[][] = ways.map(() => []);
  const drawing: number[] = [];
  const waits: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let startUs = cpuUs();
    const queue = drawn(CUSTOMERS);
    drawing.push(cpuUs() - startUs);
    for (const [way, [, serve]] of ways.entries()) {
      startUs = cpuUs();
      waits[way] = serve(queue) / CUSTOMERS;
      rates[way]!.push((CUSTOMERS * 1e6) / (cpuUs() - startUs));
    }
  }
  const simjs = rates.at(-1)!;
  for (const [way, [name]] of ways.entries()) {
    const times = median(rates[way]!.map((rate, round) => rate / simjs[round]!));
    const ratio = way === ways.length - 1 ? '' : ` · ${times.toFixed(1)} × simjs`;
    print(`  ${name.padEnd(12)} ${perS(median(rates[way]!))} · mean wait ${waits[way]!.toFixed(9)}${ratio}`);
  }
  const wholeUs = median(drawing.map((us, round) => us + (CUSTOMERS * 1e6) / rates[0]![round]!));
  print(
    `  in order with the drawing of the customers ${perS((CUSTOMERS * 1e6) / wholeUs)} (target 5 M) · the endless queue's mean wait is ${MEAN_WAIT}`,
  );
}

/** The workload vector of Kiefer and Wolfowitz, put in order again after each customer: the bare recursion. */
function serveByRecursion({ servers, arrival, work }: PlainQueue): number {
  const load = new Float64Array(servers);
  let sum = 0;
  let before = 0;
  for (let customer = 0; customer < arrival.length; customer++) {
    const gap = arrival[customer]! - before;
    before = arrival[customer]!;
    for (let server = 0; server < servers; server++) load[server] = Math.max(0, load[server]! - gap);
    const wait = load[0]!;
    sum += wait;
    const left = wait + work[customer]!;
    let place = 0;
    for (; place + 1 < servers && load[place + 1]! < left; place++) load[place] = load[place + 1]!;
    load[place] = left;
  }
  return sum;
}

function waited({ start }: Served, { arrival }: PlainQueue): number {
  let sum = 0;
  for (let customer = 0; customer < start.length; customer++) sum += start[customer]! - arrival[customer]!;
  return sum;
}

function drawn(customers: number): PlainQueue {
  const [comes, works] = [randomStream(1, 'arrivals'), randomStream(1, 'work')];
  const arrival = new Float64Array(customers);
  const work = new Float64Array(customers);
  let at = 0;
  for (let customer = 0; customer < customers; customer++) {
    at += comes.exponential() / ERLANG;
    arrival[customer] = at;
    work[customer] = works.exponential();
  }
  return { servers: SERVERS, waiting: Number.POSITIVE_INFINITY, arrival, work, patience: undefined, rank: undefined };
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function perS(rate: number): string {
  return `${(rate / 1e6).toFixed(2)} M customers a second of CPU`;
}
