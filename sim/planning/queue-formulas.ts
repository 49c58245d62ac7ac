/**
 * Waiting lines in closed form: the planner's first guesses, the shift table, and what the simulation is held against.
 * Poisson arrivals; a = λ/μ offered load, c servers, ρ = a/c. (Gross et al., Fundamentals of Queueing Theory, 2 and 5.)
 */

/** Erlang B: the share lost where nobody may wait. B(0,a) = 1, B(c,a) = a·B(c−1,a) / (c + a·B(c−1,a)). */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (load * blocked) / (c + load * blocked);
  return blocked;
}

/** Erlang C: the share that has to wait; 1 where the load is more than the servers. */
export function erlangC(servers: number, load: number): number {
  const use = load / servers;
  if (use >= 1) return 1;
  const blocked = erlangB(servers, load);
  return blocked / (1 - use * (1 - blocked));
}

export interface Station {
  readonly servers: number;
  /** λ and μ (of one server), in the same unit of time. */
  readonly arrivalRate: number;
  readonly serviceRate: number;
}

/** M/M/c: mean time in line; infinite where it grows for ever. */
export function meanWait({ servers, arrivalRate, serviceRate }: Station): number {
  const spare = servers * serviceRate - arrivalRate;
  return spare <= 0 ? Number.POSITIVE_INFINITY : erlangC(servers, arrivalRate / serviceRate) / spare;
}

/** M/M/c: the share that waits at most so long: 1 − C·e^{−(cμ−λ)t}. */
export function servedWithin({ servers, arrivalRate, serviceRate }: Station, time: number): number {
  const spare = servers * serviceRate - arrivalRate;
  return spare <= 0 ? 0 : 1 - erlangC(servers, arrivalRate / serviceRate) * Math.exp(-spare * time);
}

/** M/M/c: the wait that the share `p` stays within. */
export function waitQuantile({ servers, arrivalRate, serviceRate }: Station, p: number): number {
  const spare = servers * serviceRate - arrivalRate;
  if (spare <= 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.log(erlangC(servers, arrivalRate / serviceRate) / (1 - p)) / spare);
}

/** M/M/1: time in system has the exponential distribution of rate μ − λ. */
export function sojournQuantile({ arrivalRate, serviceRate }: Omit<Station, 'servers'>, p: number): number {
  return -Math.log1p(-p) / (serviceRate - arrivalRate);
}

/** M/G/1, Pollaczek–Khinchine: ρ·E[S]·(1+cv²) / (2(1−ρ)). */
export function meanWaitGeneral(arrivalRate: number, meanService: number, cv: number): number {
  const use = arrivalRate * meanService;
  return use >= 1 ? Number.POSITIVE_INFINITY : (use * meanService * (1 + cv * cv)) / (2 * (1 - use));
}

/** M/M/c with room for `room` in all, being served included: the share turned away. */
export function blockedShare(servers: number, load: number, room: number): number {
  // Scaled at each step: the terms span more than a double where there are many servers.
  let [term, sum] = [1, 1];
  for (let n = 1; n <= room; n++) {
    const ratio = load / Math.min(n, servers);
    term *= ratio;
    sum += term;
    if (sum > 1e200) [term, sum] = [term / sum, 1];
  }
  return term / sum;
}

export interface Abandonment {
  /** Share that finds everybody busy. */
  readonly waits: number;
  /** Share that leaves before its turn. */
  readonly abandons: number;
  /** Mean time in line, of those who leave too. */
  readonly meanWait: number;
  /** Busy ÷ servers. */
  readonly occupancy: number;
}

/** Shares below this do not count in the sum over how many are there. */
const NEGLIGIBLE = 1e-17;
const MOST_IN_SYSTEM = 10_000_000;

/** Erlang A: each waits an exponential patience of rate θ > 0 at most. Death rate min(n,c)·μ + (n−c)⁺·θ. */
export function erlangA({ servers, arrivalRate, serviceRate }: Station, patienceRate: number): Abandonment {
  let [term, sum, waiting, inLine, busy] = [1, 1, servers === 0 ? 1 : 0, 0, 0];
  for (let n = 1; n <= MOST_IN_SYSTEM; n++) {
    const deathRate = Math.min(n, servers) * serviceRate + Math.max(0, n - servers) * patienceRate;
    const ratio = arrivalRate / deathRate;
    term *= ratio;
    sum += term;
    busy += term * Math.min(n, servers);
    if (n >= servers) waiting += term;
    inLine += term * Math.max(0, n - servers);
    if (sum > 1e200)
      [term, sum, waiting, inLine, busy] = [term, sum, waiting, inLine, busy].map((x) => x / 1e200) as Sums;
    if (ratio < 1 && term < NEGLIGIBLE * sum) break;
  }
  const wait = inLine / sum / arrivalRate;
  return {
    waits: waiting / sum,
    abandons: patienceRate * wait,
    meanWait: wait,
    occupancy: servers === 0 ? 0 : busy / sum / servers,
  };
}

type Sums = [number, number, number, number, number];

/** The fewest servers of which `isEnough` is true, from `least` on; undefined: not even `most` are. Monotone: doubled, then halved. */
export function fewestServers(isEnough: (servers: number) => boolean, least = 1, most = 1_000_000): number | undefined {
  let [low, high] = [least - 1, least];
  while (high < most && !isEnough(high)) [low, high] = [high, Math.min(most, high * 2)];
  if (!isEnough(high)) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
