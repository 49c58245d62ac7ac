/** What an account does beside answering by rules, as data; all of it may be left out. Also part of the scenario. */
import { z } from 'zod';
import { buyingSchema, lotterySchema, quizSchema } from './game-settings.js';
import { centresSchema, ordersSchema } from './look-up-settings.js';
import { menuSchema } from './menu.js';
import type { Quantities } from './quantity.js';
import { groupSchema } from './user-group.js';

export function accountSettingsSchema(quantities: Quantities) {
  const { duration } = quantities;
  return z.strictObject({
    menu: menuSchema,
    groups: z
      .record(z.string().min(1), groupSchema(quantities))
      .prefault({})
      .describe('Groups of fans by name; who meets all conditions belongs to it.'),
    orders: ordersSchema.optional().describe('Looks up orders by the number in a message.'),
    centres: centresSchema.optional().describe('Answers a sent location with the nearest service centres.'),
    quiz: quizSchema(quantities).optional().describe('A prize quiz; its answers go before orders and rules.'),
    lottery: lotterySchema(quantities).optional().describe('A lottery: one draw a fan.'),
    buying: buyingSchema(quantities).optional().describe('Rights to buy, first come first served, and a queue.'),
    inbox: z
      .strictObject({
        size: z
          .int()
          .min(1)
          .max(1_000_000)
          .prefault(40_000)
          .describe('Messages held; beyond it the oldest is pushed out.'),
      })
      .optional()
      .describe('Keeps for people what no rule fits. Left out: nobody sees it.'),
    desk: z
      .strictObject({
        people: z
          .array(z.string().min(1).max(60))
          .max(10_000)
          .prefault([])
          .superRefine((people, context) => {
            for (const [index, name] of people.entries()) {
              if (people.indexOf(name) === index) continue;
              context.addIssue({ code: 'custom', path: [index], message: `"${name}" stands there twice` });
            }
          })
          .describe('Who answers the inbox, by name.'),
        limit: z.int().min(1).max(1_000).prefault(5).describe('Messages one person may hold at a time.'),
        claim: duration.prefault('10m').describe('After this a claimed message goes back.'),
      })
      .prefault({})
      .describe('The people who answer.'),
  });
}

export type AccountSettings = z.output<ReturnType<typeof accountSettingsSchema>>;

/** Of an account that answers by its rules and does nothing else. */
export const noSettings: AccountSettings = {
  menu: [],
  groups: {},
  desk: { people: [], limit: 5, claim: 600 },
};
