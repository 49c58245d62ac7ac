/** What goes wrong, when, for how long, for how many. Played on the reference server through its fault controls. */
import { z } from 'zod';
import { duration, moment, share } from './codecs.js';

const common = {
  name: z.string().min(1).max(60).optional().describe('Shown in reports; gates can name it. Default: what it does.'),
  at: moment.describe('When it begins.'),
  for: duration.describe('How long it lasts.'),
  share: share.optional().describe('The share of messages it hits; default all.'),
  fans: z.int().min(1).optional().describe('Or: exactly this many different fans, spread over the time, each once.'),
};

export const faultSchema = z
  .discriminatedUnion('do', [
    z
      .strictObject({
        do: z.literal('wrong-reply'),
        ...common,
        text: z.string().min(1).describe('The wrong text.'),
        taps: z
          .boolean()
          .optional()
          .describe(
            'Whether taps on the menu get it too; default they do. Who only tapped cannot be written to later.',
          ),
      })
      .describe('A text is shown instead of the right reply.'),
    z
      .strictObject({
        do: z.literal('slow'),
        ...common,
        by: duration.describe('A worker is busy so much longer with each message it hits.'),
      })
      .describe('Answers take longer.'),
    z.strictObject({ do: z.literal('stall'), ...common }).describe('Nothing is answered until it is over.'),
    z
      .strictObject({
        do: z.literal('status'),
        ...common,
        code: z.int().min(400).max(599).prefault(500).describe('The status.'),
      })
      .describe('An error status instead of an answer.'),
    z.strictObject({ do: z.literal('reset'), ...common }).describe('Connections are reset instead of answered.'),
    z
      .strictObject({ do: z.literal('crash'), name: common.name, at: common.at, for: common.for })
      .describe(
        'The server is killed, and started again when the time is over: open connections break, new ones are refused. What it had told is kept (`server.store: file`) or forgotten (`memory`); its other faults end. How it comes up again: `server.start`.',
      ),
  ])
  .refine(
    (fault) => fault.do === 'crash' || fault.share === undefined || fault.fans === undefined,
    'say `share` or `fans`, not both',
  );

export type Fault = z.output<typeof faultSchema>;
