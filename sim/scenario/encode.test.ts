/** What a run folder keeps loads as the same scenario; quantities come back to the last bit. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtInNames } from './built-in.js';
import { duration, formatMoment, formatMomentShort, moment, parseMomentS, rate, share } from './codecs.js';
import { encodeScenario } from './encode.js';
import { loadScenario } from './load.js';
import { scenarioSchema } from './schema.js';

const folder = mkdtempSync(join(tmpdir(), 'peakday-encode-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(builtInNames())('%s comes back as it was', async (name) => {
  const { scenario } = await loadScenario(name, { seed: 7 });
  const encoded = encodeScenario(scenario);
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(encoded));
  const again = await loadScenario(file);
  expect(again.scenario).toEqual(scenario);
  expect(encodeScenario(again.scenario)).toEqual(encoded);
});

test('defaults are filled in', () => {
  const input = {
    name: 'x',
    day: { length: '10s' },
    fans: { followers: 1 },
    intents: { a: { says: ['hi'] } },
    traffic: [{ name: 'p', model: 'poisson' as const, rate: '10/min', sends: 'a' }],
  };
  expect(encodeScenario(scenarioSchema.parse(input))).toMatchObject({
    seed: 1,
    promise: '5s',
    day: { start: '00:00:00', length: '10s' },
    platform: { deadline: '5s', attempts: 3 },
    fans: { activity: { sigma: 1.3 } },
    traffic: [{ rate: '10/min' }],
    server: { workers: 64, workTime: { mean: '0s' }, answers: { templates: {}, rules: [] } },
  });
});

describe('quantities', () => {
  const roundTrips = (codec: typeof duration, value: number): void => {
    expect(codec.parse(z.encode(codec, value))).toBe(value);
  };
  const digits = fc
    .tuple(fc.nat({ max: 999_999 }), fc.nat({ max: 6 }))
    .map(([n, shift]) => (n / 10 ** shift).toFixed(shift));

  test('any duration and any rate', () => {
    const positive = fc.double({ min: 1e-12, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(positive, (value) => {
        roundTrips(duration, value);
        roundTrips(rate, value);
      }),
    );
  });

  test('whatever was written', () => {
    fc.assert(
      fc.property(digits, fc.constantFrom('us', 'ms', 's', 'm', 'h', 'd'), (amount, unit) =>
        roundTrips(duration, duration.parse(`${amount}${unit}`)),
      ),
    );
    fc.assert(
      fc.property(digits, fc.constantFrom('s', 'min', 'h', 'd'), (amount, unit) =>
        roundTrips(rate, rate.parse(`${amount}/${unit}`)),
      ),
    );
    const percent = fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 9_999 })).map(([whole, part]) => `${whole}.${part}%`);
    fc.assert(fc.property(percent, (text) => roundTrips(share, share.parse(text))));
    fc.assert(fc.property(fc.nat({ max: 40 * 86_400_000 }), (ms) => roundTrips(moment, ms / 1_000)));
    fc.assert(fc.property(fc.nat({ max: 86_400_000_000 }), (us) => roundTrips(moment, us / 1e6)));
  });

  test.each([
    ['14:55', 53_700, '14:55:00'],
    ['14:55:30.250', 53_730.25, '14:55:30.25'],
    [' 9:00 ', 32_400, '09:00:00'],
    ['24:00', 86_400, '00:00:00+1d'],
    ['09:00+1d', 118_800, '09:00:00+1d'],
    ['09:00:00.000001+30d', 30 * 86_400 + 32_400.000001, '09:00:00.000001+30d'],
  ])('%s is a moment', (text, seconds, encoded) => {
    expect(parseMomentS(text)).toBe(seconds);
    expect(formatMoment(seconds)).toBe(encoded);
    expect(parseMomentS(formatMomentShort(seconds))).toBe(seconds);
  });

  test.each(['', '9', '14:60', '24:00:01', '14:55:30.', '14:55:30.1234567', '14:55+1', '-1:00', '14:55+1d+1d'])(
    '%s is none',
    (text) => expect(parseMomentS(text)).toBeUndefined(),
  );
});
