/** What things cost, in yuan: for the bill of a plan. Only what CASES.md records is known; the rest is assumed. */
import { z } from 'zod';

const yuan = z.number().min(0).max(1e9);

export const pricesSchema = z.strictObject({
  personHour: yuan.prefault(40).describe('Of one person at the desk, an hour. Assumed: say your own.'),
  workerHour: yuan.prefault(0.5).describe('Of one worker of the server, an hour. Assumed: say your own.'),
  lostFan: yuan.prefault(10).describe('Of winning another fan for one that was lost: at least 10 yuan (CASES.md).'),
  textMessage: yuan
    .prefault(0.04)
    .describe('Of reaching a fan by text message instead: a million cost 40,000 yuan (CASES.md).'),
});
