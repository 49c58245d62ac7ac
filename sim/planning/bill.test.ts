import { describe, expect, it } from 'vitest';
import { type Scenario, scenarioSchema } from '../scenario/schema.js';
import { billOf, lossesOf } from './bill.js';
import { playedSpan } from './played-span.js';

const hour = 3_600;
const day = (change: object = {}): Scenario =>
  scenarioSchema.parse({
    name: 'billed',
    day: { start: '00:00', length: '72h' },
    fans: { followers: 100 },
    intents: { hello: { says: ['你好'] } },
    traffic: [{ name: 'greetings', model: 'poisson', rate: '1/h', sends: 'hello' }],
    server: { workers: 2 },
    desk: { people: 3 },
    prices: { personHour: 40, workerHour: 0.5 },
    ...change,
  });
const paid = (scenario: Scenario, shrinkage: number, window?: { fromDayS: number; toDayS: number }) =>
  billOf(scenario, { ...playedSpan(scenario, window), shrinkage });

describe('billOf', () => {
  it('pays those scheduled, not only those who sit: people ÷ (1 − shrinkage)', () => {
    expect(paid(day(), 0.25)).toEqual({
      hours: 72,
      workerHours: 144,
      deskHours: 216,
      personHours: 288,
      staffYuan: 144 * 0.5 + 288 * 40,
    });
  });

  it('pays the window that is played and no more', () => {
    const quarter = { fromDayS: 10 * hour, toDayS: 10.25 * hour };
    expect(paid(day(), 0, quarter)).toMatchObject({ hours: 0.25, workerHours: 0.5, personHours: 0.75 });
    const shifts = [{ from: '08:00', to: '10:10', people: 6 }];
    const { personHours } = paid(day({ desk: { shifts } }), 0, quarter);
    expect(personHours).toBeCloseTo(1, 9);
  });

  it('pays breaks that the scenario writes down, as a part of the shrinkage and not on top of it', () => {
    const desk = {
      shifts: [{ from: '08:00', to: '18:00', people: 4 }],
      breaks: [{ from: '12:00', to: '13:00', people: 4 }],
    };
    expect(paid(day({ desk }), 0)).toMatchObject({ deskHours: 36, personHours: 40 });
    expect(paid(day({ desk }), 0.1)).toMatchObject({ deskHours: 36, personHours: 40 });
    expect(paid(day({ desk }), 0.25)).toMatchObject({ deskHours: 36, personHours: 48 });
  });

  it('bills no workers where a plain queue serves', () => {
    const queue = { ...day(), desk: undefined, queue: { servers: 4 } } as Scenario;
    expect(paid(queue, 0.3)).toMatchObject({ workerHours: 0, personHours: 0, staffYuan: 0 });
  });
});

it('multiplies losses as they are, without rounding the fans first', () => {
  expect(lossesOf(day({ prices: { lostFan: 10, textMessage: 0.04 } }), { dropped: 1.75, lostFans: 1.75 })).toEqual({
    lostFans: 1.75,
    lostFansYuan: 17.5,
    dropped: 1.75,
    textMessagesYuan: expect.closeTo(0.07, 12),
  });
});
