/** When network faults are ordered, and for how long: by the speed; what they do to the wire is not scaled. */
import { expect, test } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { networkFaultSchema } from '../scenario/network.js';
import { playNetwork } from './network-script.js';
import type { NetworkOrder } from './proxy-shape.js';

const network = [
  { do: 'delay', at: '12:00:10', for: '20s', by: '200ms' },
  { do: 'reset', name: 'broken', at: '12:00:00', for: '10s', share: '25%' },
  { do: 'refuse', at: '11:59', for: '60s' },
  { do: 'half-close', at: '11:59:50', for: '40s' },
  { do: 'black-hole', at: '12:01', for: '10s' },
].map((fault) => networkFaultSchema.parse(fault));

test('at their moments, called off with the rest', async () => {
  const startUs = monotonicClock.nowUs();
  const seen: { atMs: number; order: NetworkOrder }[] = [];
  const problems: string[] = [];
  let cleared = 0;
  const cancel = playNetwork({
    scenario: { network, speed: 100 },
    startDayS: 43_200,
    endDayS: 43_270,
    startUs,
    proxy: {
      apply: (order) => {
        seen.push({ atMs: (monotonicClock.nowUs() - startUs) / 1_000, order });
        if (order.do === 'reset') throw new Error('no socket');
      },
      clear: () => {
        cleared++;
      },
    },
    onProblem: (problem) => problems.push(problem),
  });
  await sleepMs(300);
  expect(cleared).toBe(0);
  cancel();
  await sleepMs(400);
  const begun = seen.map(({ order }) => order).sort((a, b) => a.for - b.for);
  expect(begun).toEqual([
    { do: 'reset', name: 'broken', for: 0.1, share: 0.25 },
    { do: 'delay', for: 0.2, by: 0.2, jitter: 0 },
    // Begun before the part that is played: the rest of it.
    { do: 'half-close', for: 0.3 },
  ]);
  const delayMs = seen.find(({ order }) => order.do === 'delay')!.atMs;
  expect(delayMs).toBeGreaterThan(99);
  expect(delayMs).toBeLessThan(200);
  expect(problems).toEqual(['the network fault broken could not be started: no socket']);
  expect(cleared).toBe(1);
});
