import { expect, it } from 'vitest';
import { scenarioSchema } from '../scenario/schema.js';
import { marksOf, runSecondsOf } from './marks.js';

const scenario = scenarioSchema.parse({
  name: 'marks',
  speed: 60,
  day: { start: '09:00', length: '10h' },
  fans: { followers: 10 },
  intents: { ask: { says: ['?'] } },
  phases: [{ name: 'opening', from: '09:00', to: '10:00' }],
  faults: [
    { do: 'stall', at: '12:00', for: '30m' },
    { do: 'slow', name: 'slow evening', by: '1s', at: '18:00', for: '2h' },
  ],
  network: [{ do: 'black-hole', at: '13:00', for: '10m' }],
  traffic: [
    {
      name: 'quiz',
      model: 'appointed',
      every: '1h',
      from: '14:00',
      to: '16:00',
      each: 5,
      median: '10s',
      sigma: 0,
      sends: 'ask',
    },
    { name: 'news', model: 'push', at: '11:00', recipients: 9, total: 5, median: '20m', sends: 'ask' },
  ],
});

it('puts faults, bursts and phases on the clock of the run, in order of time', () => {
  const marks = marksOf(scenario, { startDayS: 9 * 3_600, endDayS: 19 * 3_600, speed: 60 });
  expect(marks).toEqual([
    { type: 'phase', name: 'opening', startS: 0, endS: 60 },
    { type: 'burst', name: 'news 11:00', startS: 120, endS: 140 },
    { type: 'fault', name: 'stall', startS: 180, endS: 210 },
    { type: 'fault', name: 'black-hole', startS: 240, endS: 250 },
    { type: 'burst', name: 'quiz 14:00', startS: 300, endS: 300 + 10 / 60 },
    { type: 'burst', name: 'quiz 15:00', startS: 360, endS: 360 + 10 / 60 },
    // Cut at the end of the day.
    { type: 'fault', name: 'slow evening', startS: 540, endS: 600 },
  ]);
});

it('leaves out what begins outside the part that is played', () => {
  const clock = { startDayS: 14 * 3_600, endDayS: 15 * 3_600, speed: 1 };
  expect(marksOf(scenario, clock).map(({ name }) => name)).toEqual(['quiz 14:00']);
  // What has begun before and goes on is cut to the part that is played.
  const noon = { startDayS: 12.25 * 3_600, endDayS: 13 * 3_600, speed: 1 };
  expect(marksOf(scenario, noon)).toEqual([{ type: 'fault', name: 'stall', startS: 0, endS: 900 }]);
  expect(runSecondsOf(14.5 * 3_600, clock)).toBe(1_800);
});
