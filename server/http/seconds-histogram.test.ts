import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { SecondsHistogram } from './seconds-histogram.js';

it('says what prom-client says of the same values', async () => {
  const buckets = [0.001, 0.01, 0.5, 1];
  const [ours, theirs] = [new Registry(), new Registry()];
  const histogram = new SecondsHistogram('work_seconds', 'How long.', buckets, ours);
  const oracle = new Histogram({ name: 'work_seconds', help: 'How long.', buckets, registers: [theirs] });
  expect(await ours.metrics()).toBe(await theirs.metrics());
  for (const value of [0, 0.0005, 0.001, 0.0011, 0.25, 0.5, 1, 1.5, 70]) {
    histogram.observe(value);
    oracle.observe(value);
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});
