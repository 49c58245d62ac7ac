import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../core/random.js';
import { Fate, type PlainQueue, type Served, serveByEvents, serveInOrder, serveQueue } from './plain-queue.js';

const noLimit = { waiting: Number.POSITIVE_INFINITY, patience: undefined, rank: undefined };
const waits = ({ start }: Served, { arrival }: Pick<PlainQueue, 'arrival'>) =>
  Array.from(start, (begins, customer) => begins - arrival[customer]!);

it('gives the waits of the G/G/c table (THEORY §3) exactly', () => {
  const arrival = Float64Array.of(0, 1, 2, 3, 4, 5, 6, 12);
  const work = Float64Array.of(5, 4, 3, 2, 1, 6, 2, 1);
  const table = [
    [1, [0, 4, 7, 9, 10, 10, 15, 11]],
    [2, [0, 0, 3, 2, 3, 3, 2, 0]],
    [3, [0, 0, 0, 2, 1, 0, 0, 0]],
  ] as const;
  for (const [servers, expected] of table) {
    const queue = { ...noLimit, servers, arrival, work };
    expect(waits(serveInOrder(queue), queue)).toEqual(expected);
    expect(waits(serveByEvents(queue), queue)).toEqual(expected);
  }
});

const anyQueue = fc
  .record({
    seed: fc.integer({ min: 0, max: 0xffffffff }),
    customers: fc.integer({ min: 0, max: 80 }),
    servers: fc.integer({ min: 1, max: 4 }),
    waiting: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: 5 })),
  })
  .map(({ seed, customers, servers, waiting }): PlainQueue => {
    const random = randomStream(seed, 'any-queue');
    const column = (draw: () => number) => Float64Array.from({ length: customers }, draw);
    return {
      servers,
      waiting,
      arrival: column(() => random.uniform() * 40).sort(),
      work: column(() => random.exponential()),
      patience: undefined,
      rank: undefined,
    };
  });

it('gives the same by the recursion and by events', () => {
  fc.assert(
    fc.property(anyQueue, (queue) => {
      expect(serveInOrder(queue)).toEqual(serveByEvents(queue));
    }),
    { numRuns: 2_000 },
  );
});

it('serves whoever goes first before the others, and interrupts nobody', () => {
  const arrival = Float64Array.of(0, 1, 2, 3);
  const queue = {
    ...noLimit,
    servers: 1,
    arrival,
    work: Float64Array.of(10, 1, 1, 1),
    rank: Uint8Array.of(1, 1, 0, 1),
  };
  expect(Array.from(serveQueue(queue).start)).toEqual([0, 11, 10, 12]);
});

it('lets those leave who have no patience, and turns away who finds no place', () => {
  const arrival = Float64Array.of(0, 1, 2, 3, 4);
  const work = new Float64Array(5).fill(10);
  const patience = Float64Array.of(1, 30, 1, 30, 30);
  const { fate, end } = serveQueue({ servers: 1, waiting: 2, arrival, work, patience, rank: undefined });
  // The third gives up at 3, as the fourth comes: its place is free again.
  expect(Array.from(fate)).toEqual([Fate.served, Fate.served, Fate.left, Fate.served, Fate.turnedAway]);
  expect(Array.from(end)).toEqual([10, 20, 3, 30, 4]);
});

const REPLICATIONS = 20;
const CUSTOMERS = 30_000;
const WARM_UP = 3_000;

interface Case {
  /** Customers a second. */
  readonly arrivals: number;
  readonly servers: number;
  readonly waiting?: number;
  readonly work: (random: RandomStream) => number;
  readonly patience?: (random: RandomStream) => number;
}

/** Means over independent replications, each after its warm-up, with their standard errors. */
function replicate(plain: Case, statistics: (served: Served, queue: PlainQueue) => readonly number[]) {
  const results = Array.from({ length: REPLICATIONS }, (_, seed) => {
    const [comes, works, waits] = ['arrivals', 'work', 'patience'].map((name) => randomStream(seed, name));
    const column = (draw: () => number) => Float64Array.from({ length: CUSTOMERS }, draw);
    let at = 0;
    const queue: PlainQueue = {
      servers: plain.servers,
      waiting: plain.waiting ?? Number.POSITIVE_INFINITY,
      arrival: column(() => {
        at += comes!.exponential() / plain.arrivals;
        return at;
      }),
      work: column(() => plain.work(works!)),
      patience: plain.patience && column(() => plain.patience!(waits!)),
      rank: undefined,
    };
    const served = serveQueue(queue);
    const late = (values: Float64Array) => values.subarray(WARM_UP);
    const after = { start: late(served.start), end: late(served.end), fate: served.fate.subarray(WARM_UP) };
    return statistics({ ...after, waitingMost: served.waitingMost }, { ...queue, arrival: late(queue.arrival) });
  });
  return results[0]!.map((_, which) => {
    const values = results.map((result) => result[which]!);
    const mean = meanOf(values);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (REPLICATIONS - 1);
    return { mean, error: Math.sqrt(variance / REPLICATIONS) };
  });
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < values.length; n++) sum += values[n]!;
  return sum / values.length;
}

/** Mean wait of the served; share who waited; share who was served within 20. */
function waitStatistics(served: Served, queue: PlainQueue): number[] {
  const all = waits(served, queue).filter((wait) => !Number.isNaN(wait));
  return [meanOf(all), meanOf(all.map((wait) => Number(wait > 1e-9))), meanOf(all.map((wait) => Number(wait <= 20)))];
}

function shareOf(fate: number) {
  return ({ fate: fates }: Served) => [meanOf(Array.from(fates, (one) => Number(one === fate)))];
}

function within(observed: readonly { mean: number; error: number }[], expected: readonly number[]): void {
  for (const [which, value] of expected.entries()) {
    const { mean, error } = observed[which]!;
    expect(Math.abs(mean - value), `${mean} ± ${error}, expected ${value}`).toBeLessThan(3 * error);
    // An error that large would pass anything.
    expect(error / value).toBeLessThan(0.05);
  }
}

describe('THEORY §3, within three standard errors', () => {
  const exponential = (mean: number) => (random: RandomStream) => mean * random.exponential();

  it('M/M/1, ρ .8', () => {
    const p99 = ({ end }: Served, { arrival }: PlainQueue) => {
      const times = Float64Array.from(end, (ends, customer) => ends - arrival[customer]!).sort();
      return [times[Math.ceil(0.99 * times.length) - 1]!];
    };
    const plain = { arrivals: 0.8, servers: 1, work: exponential(1) };
    within(replicate(plain, waitStatistics), [4]);
    within(replicate(plain, p99), [23.0258509]);
  });
  it('M/M/4, 3.2 erlang', () => {
    within(
      replicate({ arrivals: 3.2, servers: 4, work: exponential(1) }, waitStatistics),
      [0.7455405897, 0.5964324718],
    );
  });
  it('nine agents, 240 an hour, 120 s each', () => {
    within(
      replicate({ arrivals: 240 / 3_600, servers: 9, work: exponential(120) }, waitStatistics),
      [78.39923, 0.6533269283, 0.4469707],
    );
  });
  it('M/D/1, ρ .8', () => {
    within(replicate({ arrivals: 0.8, servers: 1, work: () => 1 }, waitStatistics), [2]);
  });
  it('M/M/1/10, ρ .8: turned away', () => {
    // Ten in the system: one served, nine waiting.
    const plain = { arrivals: 0.8, servers: 1, waiting: 9, work: exponential(1) };
    within(replicate(plain, shareOf(Fate.turnedAway)), [0.02349285758]);
  });
  it('Erlang B, ten lines, 8 erlang: turned away', () => {
    const plain = { arrivals: 8, servers: 10, waiting: 0, work: exponential(1) };
    within(replicate(plain, shareOf(Fate.turnedAway)), [0.1216610643]);
  });
  it('Erlang A: λ 9, μ 1, θ .5, c 9', () => {
    const plain = { arrivals: 9, servers: 9, work: exponential(1), patience: exponential(2) };
    within(replicate(plain, shareOf(Fate.left)), [0.1094652447]);
    // The wait of all, those who leave included: θ E[W] = P(leave).
    const waitOfAll = ({ start, end, fate }: Served, { arrival }: PlainQueue) => [
      meanOf(Array.from(arrival, (at, n) => (fate[n] === Fate.served ? start[n]! : end[n]!) - at)),
    ];
    within(replicate(plain, waitOfAll), [0.2189304894]);
  });
});

describe('the quiz as a fluid (THEORY §4), within 1 %', () => {
  it('leaves a million at 16:00, the last fan waits 67 minutes, and recovery takes 72', () => {
    const [total, afterwards, capacity, quizS] = [2_800_000, 100_000, 250, 7_200];
    const arrival = Float64Array.from({ length: total + afterwards }, (_, n) =>
      n < total ? ((n + 0.5) * quizS) / total : quizS + (n - total) / 20,
    );
    const work = new Float64Array(arrival.length).fill(1 / capacity);
    const { start } = serveInOrder({ ...noLimit, servers: 1, arrival, work });
    const backlog = start.findIndex((begins) => begins > quizS);
    expect((total - backlog) / 1_000_000).toBeCloseTo(1, 2);
    expect((start[total - 1]! - arrival[total - 1]!) / (67 * 60)).toBeCloseTo(1, 2);
    const recovered = start.findIndex((begins, n) => n >= total && begins - arrival[n]! < 1);
    expect((start[recovered]! - quizS) / (72.46 * 60)).toBeCloseTo(1, 2);
  });
});
