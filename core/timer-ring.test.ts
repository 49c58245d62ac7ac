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

it('passes over what was dropped, and drops nothing that stands in the place of what was taken', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6_000 }), (commands) => {
      const ring = new TimerRing<number>(50);
      const slow: { place: number; item: number | undefined }[] = [];
      const places: number[] = [];
      commands.forEach((command, nowUs) => {
        if (command > 4) {
          const place = ring.add(nowUs, nowUs);
          slow.push({ place, item: nowUs });
          places.push(place);
        } else if (command > 2 && places.length > 0) {
          const place = places[(nowUs * 7) % places.length]!;
          ring.drop(place);
          for (const one of slow) if (one.place === place) one.item = undefined;
        } else if (command > 1 && slow.length > 0) expect(ring.take()).toBe(slow.shift()!.item);
        else if (command === 0) {
          ring.skipHoles();
          while (slow.length > 0 && slow[0]!.item === undefined) slow.shift();
        }
        expect([ring.size, ring.first]).toEqual([slow.length, slow[0]?.item]);
      });
    }),
  );
});
