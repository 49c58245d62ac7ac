import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap } from './heap.js';

it('gives items back by time, and in order of arrival at equal times, like a stable sort', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const heap = new Heap<number>();
      times.forEach((time, index) => {
        heap.push(time, index);
      });
      const sorted = times.map((time, index) => ({ time, index })).sort((a, b) => a.time - b.time);
      expect(heap.nextTime).toBe(sorted[0]?.time ?? Number.POSITIVE_INFINITY);
      expect(times.map(() => heap.pop())).toEqual(sorted.map(({ index }) => index));
      expect(heap.size).toBe(0);
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

it('keeps its order when pushes and pops are mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 }))), (commands) => {
      const heap = new Heap<{ time: number; order: number }>();
      const slow: { time: number; order: number }[] = [];
      commands.forEach((time, order) => {
        if (time !== null) {
          heap.push(time, { time, order });
          slow.push({ time, order });
          slow.sort((a, b) => a.time - b.time || a.order - b.order);
        } else {
          expect(heap.pop()).toEqual(slow.shift());
        }
      });
    }),
  );
});
