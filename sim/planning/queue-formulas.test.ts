/** Every closed-form row of THEORY §3, and the formulas against one another. */
import { describe, expect, it } from 'vitest';
import { fluidDay, isStormProne, survivalS } from './fluid.js';
import {
  blockedShare,
  erlangA,
  erlangB,
  erlangC,
  fewestServers,
  meanWait,
  meanWaitGeneral,
  servedWithin,
  sojournQuantile,
  waitQuantile,
} from './queue-formulas.js';

const agents = { servers: 9, arrivalRate: 240 / 3_600, serviceRate: 1 / 120 };

describe('the table of THEORY §3', () => {
  it.each([
    ['M/M/1 wait', meanWait({ servers: 1, arrivalRate: 0.8, serviceRate: 1 }), 4, 10],
    ['M/M/1 p99 in system', sojournQuantile({ arrivalRate: 0.8, serviceRate: 1 }, 0.99), 23.0258509, 6],
    ['Erlang B', erlangB(10, 8), 0.1216610643, 9],
    ['Erlang C', erlangC(4, 3.2), 0.5964324718, 9],
    ['M/M/4 wait', meanWait({ servers: 4, arrivalRate: 3.2, serviceRate: 1 }), 0.7455405897, 9],
    ['M/M/4 p99 wait', waitQuantile({ servers: 4, arrivalRate: 3.2, serviceRate: 1 }, 0.99), 5.110476168, 8],
    ['9 agents wait', erlangC(9, 8), 0.6533269283, 9],
    ['9 agents mean wait', meanWait(agents), 78.39923, 4],
    ['9 agents in 20 s', servedWithin(agents, 20), 0.4469707, 6],
    ['11 agents in 20 s', servedWithin({ ...agents, servers: 11 }, 20), 0.8514255, 6],
    ['10 agents in 20 s', servedWithin({ ...agents, servers: 10 }, 20), 0.7068096, 6],
    ['M/D/1', meanWaitGeneral(0.8, 1, 0), 2, 10],
    ['M/M/1 by Pollaczek-Khinchine', meanWaitGeneral(0.8, 1, 1), 4, 10],
    ['M/M/1/10', blockedShare(1, 0.8, 10), 0.02349285758, 10],
  ])('%s', (_, value, known, digits) => expect(value).toBeCloseTo(known, digits));

  it('Erlang A', () => {
    const { waits, abandons, meanWait } = erlangA({ servers: 9, arrivalRate: 9, serviceRate: 1 }, 0.5);
    expect(waits).toBeCloseTo(0.6214346207, 9);
    expect(abandons).toBeCloseTo(0.1094652447, 9);
    expect(meanWait).toBeCloseTo(0.2189304894, 9);
  });

  it('fewest agents for 80 % in 20 s', () => {
    expect(fewestServers((servers) => servedWithin({ ...agents, servers }, 20) >= 0.8)).toBe(11);
    expect(fewestServers((servers) => servers >= 1, 1)).toBe(1);
    expect(fewestServers(() => false, 1, 40)).toBeUndefined();
  });
});

describe('the formulas among themselves', () => {
  it('a queue without room is Erlang B; patience without end is Erlang C', () => {
    expect(blockedShare(10, 8, 10)).toBeCloseTo(erlangB(10, 8), 13);
    expect(blockedShare(2_000, 1_950, 2_000)).toBeCloseTo(erlangB(2_000, 1_950), 12);
    const patient = erlangA({ servers: 4, arrivalRate: 3.2, serviceRate: 1 }, 1e-9);
    expect(patient.waits).toBeCloseTo(erlangC(4, 3.2), 6);
    expect(patient.occupancy).toBeCloseTo(0.8, 6);
  });

  it('with θ = μ the number in system is Poisson: P(wait) is its tail', () => {
    const { waits } = erlangA({ servers: 3, arrivalRate: 2, serviceRate: 1 }, 1);
    expect(waits).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 12);
  });

  it('hold out against a hundred thousand messages an hour and two thousand servers', () => {
    const busy = erlangA({ servers: 2_000, arrivalRate: 2_500, serviceRate: 1 }, 0.1);
    // Overloaded: a fifth of the work leaves.
    expect(busy.abandons).toBeCloseTo(0.2, 4);
    expect(erlangC(2_000, 1_999)).toBeGreaterThan(0.9);
    expect(meanWait({ servers: 1, arrivalRate: 2, serviceRate: 1 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the fluid numbers of the quiz (THEORY §4)', () => {
  const quiz = [
    { lengthS: 7_200, arrivalsPerS: 2_800_000 / 7_200 },
    { lengthS: 7_200, arrivalsPerS: 20 },
  ];

  it('a capacity of 250/s: a million stand, the last waits 67 min, recovery takes 72 min', () => {
    const day = fluidDay(quiz, 250);
    expect(day.peakBacklog).toBeCloseTo(1_000_000, 3);
    expect(day.peakAtS).toBe(7_200);
    expect(day.longestWaitS / 60).toBeCloseTo(66.667, 2);
    expect(day.drainS! / 60).toBeCloseTo(72.46, 2);
  });

  it('drains only where there is time, and not at all where nothing stood', () => {
    expect(fluidDay(quiz.slice(0, 1), 250).drainS).toBeNull();
    expect(fluidDay(quiz, 400)).toMatchObject({ peakBacklog: 0, drainS: 0 });
  });

  it('an inbox of 40,000 is overwritten every 102.9 s when nobody reads', () => {
    expect(survivalS(40_000, 2_800_000 / 7_200, 0)).toBeCloseTo(102.857, 3);
    expect(survivalS(40_000, 10, 20)).toBe(Number.POSITIVE_INFINITY);
  });

  it('a retry storm stays from one third on, and three things cure it', () => {
    const rules = { attempts: 3, deadlineS: 5, isDeduplicated: false, dropsExpired: false, room: 10_000 };
    expect(isStormProne(0.3, 100, rules)).toBe(false);
    expect(isStormProne(0.36, 100, rules)).toBe(true);
    expect(isStormProne(0.36, 100, { ...rules, isDeduplicated: true })).toBe(false);
    expect(isStormProne(0.36, 100, { ...rules, dropsExpired: true })).toBe(false);
    expect(isStormProne(0.36, 100, { ...rules, room: 400 })).toBe(false);
    expect(isStormProne(0.36, 100, { ...rules, room: 600 })).toBe(true);
  });
});
