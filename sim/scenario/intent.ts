/** What fans want: the things they send, and what a right reply to each looks like. */
import { z } from 'zod';
import { duration, share } from './codecs.js';
import { sentKinds } from './sent-kind.js';

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const replyKinds = ['text', 'image', 'voice', 'video', 'music', 'news', 'transfer_customer_service'] as const;

export const expectationSchema = z
  .union([
    z.literal('acknowledged').describe('No reply is shown; the target has only to acknowledge.'),
    z
      .strictObject({
        kind: z.enum(replyKinds).optional().describe('The kind of reply.'),
        equals: z.string().min(1).optional().describe('The whole text shown.'),
        contains: texts.optional().describe('Every one of these must be in the text shown.'),
        matches: z
          .string()
          .min(1)
          .optional()
          .describe('A regular expression (JavaScript, flag u) the text must match. Without variables.'),
        excludes: texts.optional().describe('None of these may be in the text shown.'),
      })
      .refine(
        (expect) => Object.keys(expect).length > 0,
        'say at least one of kind, equals, contains, matches, excludes',
      ),
  ])
  .describe(
    'When a reply is right: `acknowledged`, or what the reply must be. `{name}`, `{city}`, `{order}` stand for the fan\'s own: `contains: "{order}"` holds only if the reply names this fan\'s order number.',
  );

export const intentSchema = z
  .strictObject({
    kind: z.enum(sentKinds).prefault('text').describe('What is sent: a message, or an event such as `subscribe`.'),
    says: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        "For `text`: wordings, one drawn for each message. `{name}`, `{city}`, `{order}` are the fan's own, `{chatter}` is an odd remark no rule knows.",
      ),
    key: z.string().min(1).optional().describe('For `click`, `view`, `scan`: the menu key, the address, the scene.'),
    expect: expectationSchema.prefault('acknowledged').describe('When a reply to it is right.'),
    next: z
      .strictObject({
        send: z.string().min(1).describe('The intent that follows.'),
        share: share.prefault('100%').describe('The share of the fans who go on.'),
        median: duration.prefault('20s').describe('Half of them write within this time after the reply.'),
        sigma: z.number().min(0).max(3).prefault(0.8).describe('Spread of that time (log-normal).'),
      })
      .optional()
      .describe('The next turn, once a right reply is shown: counted as `reactive`.'),
  })
  .refine((intent) => (intent.kind === 'text') === (intent.says !== undefined), {
    message: 'a text intent needs `says` (its wordings), and only a text intent has it',
    path: ['says'],
  });

export type Expectation = z.output<typeof expectationSchema>;
export type Intent = z.output<typeof intentSchema>;
