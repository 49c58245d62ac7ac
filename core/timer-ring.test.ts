import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimerRing } from './timer-ring.js';

it('gives items back in order, each after the delay, however far it grows', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5_000 }), (commands) => {
      const ring = new TimerRing<number>(50);
      const slow: { at: number; item: number }[] = [];
      commands.forEach((command, nowUs) => {
        if (command > 0) {
          ring.add(nowUs, nowUs);
          slow.push({ at: nowUs + 50, item: nowUs });
        } else if (slow.length > 0) {
          expect(ring.nextUs).toBe(slow[0]!.at);
          expect(ring.take()).toBe(slow.shift()!.item);
        }
        expect(ring.size).toBe(slow.length);
      });
      if (slow.length === 0) expect(ring.nextUs).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});
