import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, peakday, summaryIn, undisturbed } from '../support/cli.js';

const scenario = `
name: crash-day
day: { start: "10:00", length: 2s }
fans: { followers: 2000 }
intents: { coupon: { says: [优惠券], expect: { contains: 优惠码 } } }
traffic: [{ name: coupons, model: constant, rate: 60/s, sends: coupon }]
platform: { gap: 2s }
faults: [{ do: crash, at: "10:00:00.500", for: 500ms }]
server:
  workers: 4
  workTime: { mean: 5ms }
  start: { warmUp: 1s }
  answers: { rules: [{ name: coupon, contains: [优惠券], reply: { text: 您的优惠码是 8F3K。 } }] }
`;

it('kills the reference server at its moment and starts it again at the same address: those who ask again are answered', async () => {
  const folder = newFolder();
  const file = join(folder, 'crash.yaml');
  writeFileSync(file, scenario);
  const out = join(folder, 'run');
  const { stderr } = await undisturbed(() => peakday(['run', file, '--out', out, '--quiet']));
  expect(stderr).toBe('');
  const summary = summaryIn(out);
  expect(summary.audit.closed).toBe(true);
  expect(summary.verdict.status).toBe('pass');
  expect(summary.notes.join('\n')).toMatch(
    /the reference server was killed and took messages again after \S+, \S+ of it/,
  );
  // Thirty come before it; of those who met a closed door, whoever asks once more after the start is let in.
  const { answered, late, dropped, wrong, unsent } = summary.outcomes;
  expect(summary.failedPosts.refused).toBeGreaterThan(20);
  expect(answered + late).toBeGreaterThan(40);
  expect([wrong, unsent, dropped - summary.dropped.refused]).toEqual([0, 0, 0]);
  expect(summary.recovery).toMatchObject([{ after: 'crash' }]);
});
