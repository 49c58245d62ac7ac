import { expect, it } from 'vitest';
import { newSharedBlock, PlatformBlock } from './platform-block.js';

const settings = { failures: 3, within: 10, block: 60, messages: 'lost' } as const;

it('blocks after so many failures within the time, for all who share it, and starts afresh afterwards', () => {
  const shared = newSharedBlock(settings);
  const [one, other] = [new PlatformBlock(settings, shared), new PlatformBlock(settings, shared)];
  one.failed(0);
  other.failed(4e6);
  // The first is 11 s old by now.
  one.failed(11e6);
  expect(one.untilUs).toBe(Number.NEGATIVE_INFINITY);
  other.failed(12e6);
  expect([one.untilUs, other.untilUs]).toEqual([72e6, 72e6]);
  // Failures of what is still under way do not make it longer.
  one.failed(13e6);
  one.failed(14e6);
  one.failed(15e6);
  expect(one.untilUs).toBe(72e6);
  one.failed(73e6);
  one.failed(74e6);
  expect(one.untilUs).toBe(72e6);
  one.failed(75e6);
  expect(one.untilUs).toBe(135e6);
});
