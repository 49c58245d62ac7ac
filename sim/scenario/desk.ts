/** People at the platform's console, and how much it keeps: for `simulate`; a run in real time has no people. */
import { z } from 'zod';
import { duration, moment } from './codecs.js';

const handlingSchema = z.strictObject({
  distribution: z
    .enum(['constant', 'exponential', 'log-normal'])
    .prefault('log-normal')
    .describe('How much it varies.'),
  mean: duration.prefault('60s').describe('Mean time of one answer, for a person with nothing else open.'),
  sigma: z.number().min(0).max(3).prefault(0.5).describe('Spread, for `log-normal`.'),
});

const shiftSchema = z.strictObject({
  from: moment.describe('Its beginning.'),
  to: moment.describe('Its end; what is open then is still finished.'),
  people: z.int().min(1).max(10_000).describe('How many.'),
});

export const deskSchema = z.strictObject({
  people: z.int().min(0).max(10_000).prefault(1).describe('At the desk all day, where there are no shifts.'),
  shifts: z
    .array(shiftSchema)
    .max(1_000)
    .prefault([])
    .describe('Or who is there when; shifts at the same time add up.'),
  breaks: z.array(shiftSchema).max(1_000).prefault([]).describe('Who of them is away when.'),
  handling: handlingSchema.prefault({}).describe('How long one answer takes.'),
  chats: z
    .int()
    .min(1)
    .max(5)
    .prefault(1)
    .describe('Chats one person has open at the same time: 1 to 5 give 1, 1.7, 2.5, 2.9, 3.5 times the answers.'),
  answers: z
    .array(z.string().min(1))
    .max(1_000)
    .prefault([])
    .describe(
      'Intents whose messages a person answers, whatever was replied automatically. Messages that were acknowledged and not answered wait for a person in any case.',
    ),
  corrections: z
    .strictObject({
      from: moment.optional().describe('When people begin to put wrong replies right; left out: at once.'),
      handling: handlingSchema.optional().describe('How long one takes; left out: as long as an answer.'),
      first: z.boolean().prefault(true).describe('Whether they go before the messages that wait.'),
    })
    .optional()
    .describe(
      'Fans who got a wrong reply are written to, as long as their message can still be found in the inbox. Left out: nobody does it.',
    ),
});

export type DeskSettings = z.output<typeof deskSchema>;

export const inboxSchema = z.strictObject({
  capacity: z
    .int()
    .min(1)
    .max(100_000_000)
    .prefault(40_000)
    .describe('Messages it keeps; beyond it the oldest is overwritten, answered or not.'),
});
