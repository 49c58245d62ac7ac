/** The rows of the account as the API shows them. Times are milliseconds since 1970; what is unknown is left out. */
import { z } from 'zod';
import { sendReasons } from '../../engine/send-reasons.js';
import { sendTroubleCodes } from '../send-trouble.js';

const ms = z.number();

const whyCode = z
  .string()
  .optional()
  .describe(
    `The same as a code: ${[...Object.keys(sendReasons), 'no-answer', 'unreachable'].map((code) => `\`${code}\``).join(', ')}, or \`platform-\` and its errcode. More may come; absent: there are only the words.`,
  );

export const userShape = z
  .object({
    openid: z.string(),
    name: z.string().optional(),
    source: z.string().optional().describe('How the fan came.'),
    firstSeenMs: ms,
    lastSeenMs: ms,
    lastWroteMs: ms.optional().describe('Opens the 48 hours in which texts may be sent.'),
    isFollowing: z.boolean(),
    messages: z.int(),
    tags: z.array(z.string()).readonly(),
    grade: z.string().optional(),
    bought: z.int().describe('Orders known.'),
    tookPart: z.int().describe('Games taken part in.'),
    asked: z.int().describe('Messages no rule answered.'),
  })
  .meta({ id: 'User' });

export const messageShape = z
  .object({
    seq: z.int(),
    openid: z.string(),
    kind: z.string().describe('`text`, `image`…, or the event as on the wire.'),
    text: z.string().describe('What was written, or what stands for it.'),
    atMs: ms,
    state: z.enum(['taken', 'shed', 'expired']),
  })
  .meta({ id: 'Message' });

const replyShape = z
  .object({
    id: z.int(),
    messageSeq: z.int(),
    openid: z.string(),
    text: z.string().optional().describe('Absent: only acknowledged.'),
    rule: z.string().describe('Or `welcome`, `fallback`, `acknowledged`, `desk`, `correction`, a game, a look-up.'),
    version: z.int().describe('Of the rules.'),
    createTimeS: z.int(),
    atMs: ms,
    sending: z
      .enum(['waiting', 'sending', 'sent', 'failed', 'unknown'])
      .optional()
      .describe('In a thread, of a text sent through the API; absent: it was the response, or is long past.'),
  })
  .meta({ id: 'Reply' });

export const exchangeShape = z
  .object({ message: messageShape, replies: z.array(replyShape).readonly() })
  .meta({ id: 'Exchange' });

export const inboxShape = z
  .object({
    messageSeq: z.int(),
    openid: z.string(),
    name: z.string().optional(),
    kind: z.string(),
    text: z.string(),
    state: z.enum(['open', 'claimed', 'answered', 'closed', 'evicted']),
    person: z.string().optional(),
    claimedMs: ms.optional(),
    arrivedMs: ms,
    changedMs: ms,
    ageMs: ms,
  })
  .meta({ id: 'InboxMessage' });

export const sendShape = z
  .object({
    id: z.int(),
    openid: z.string(),
    text: z.string(),
    messageSeq: z.int().optional(),
    correction: z.int().optional(),
    state: z.enum(['waiting', 'sending', 'sent', 'failed', 'unknown']),
    why: z.string().optional(),
    whyCode,
    attempts: z.int(),
    queuedMs: ms,
    changedMs: ms,
  })
  .meta({ id: 'Send' });

const progressShape = z.object({
  waiting: z.int(),
  sent: z.int(),
  failed: z.int(),
  unreachable: z.int(),
  unknown: z.int(),
});

export const queryShape = z
  .strictObject({
    fromMs: z.number().describe('Replies decided at or after; milliseconds since 1970.'),
    toMs: z.number().describe('And before.'),
    rule: z.string().min(1).optional(),
    version: z.int().optional(),
    contains: z.string().min(1).optional().describe('Stands in the text shown.'),
    pattern: z.string().min(1).optional().describe('Or a regular expression it fits.'),
  })
  .describe('Which replies were wrong; at least one of rule, version, contains, pattern.')
  .meta({ id: 'CorrectionQuery' });

export const correctionShape = z
  .object({
    id: z.int(),
    query: queryShape,
    text: z.string(),
    person: z.string(),
    state: z.enum(['running', 'stopped', 'done']),
    fans: z.int(),
    startedMs: ms,
    changedMs: ms,
    progress: progressShape,
  })
  .meta({ id: 'Correction' });

export const correctionFanShape = z
  .object({
    correction: z.int(),
    openid: z.string(),
    replyId: z.int().describe('The wrong reply.'),
    state: z.enum(['waiting', 'sent', 'failed', 'unreachable', 'unknown']),
    why: z.string().optional(),
    whyCode,
    changedMs: ms,
  })
  .meta({ id: 'CorrectionFan' });

export const orderShape = z
  .object({
    number: z.string(),
    openid: z.string().optional(),
    status: z.string(),
    item: z.string(),
    atMs: ms,
  })
  .meta({ id: 'Order' });

export const centreShape = z
  .object({
    name: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    address: z.string(),
    phone: z.string(),
  })
  .meta({ id: 'Centre' });

export const gameShape = z
  .object({
    name: z.string(),
    issued: z.int().describe('Prizes or rights given out.'),
    total: z.int(),
    players: z.int(),
  })
  .meta({ id: 'Game' });

export const winnerShape = z
  .object({ game: z.string(), number: z.int(), openid: z.string(), name: z.string().optional(), atMs: ms })
  .meta({ id: 'Winner' });

export const deskShape = z
  .object({
    open: z.int(),
    claimed: z.int(),
    capacity: z.int(),
    evicted: z.int(),
    oldestAgeMs: ms,
    people: z
      .array(
        z.object({
          person: z.string(),
          holds: z.int(),
          answered: z.int(),
          closed: z.int(),
          meanHandlingMs: ms.optional(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Desk' });

const sampleShape = z.object({
  openid: z.string(),
  name: z.string().optional(),
  text: z.string(),
  rule: z.string(),
  version: z.int(),
  atMs: z.number(),
  wrong: z.int().describe('Wrong replies that are not put right yet; of more than one this is the last.'),
  right: z.string().optional().describe('What the fan will be sent; absent: nothing, or no text was given.'),
  unanswered: z.int().optional().describe('Messages answered wrongly to which `{answer}` has nothing to say.'),
  why: z.string().optional().describe('Why the fan is sent nothing.'),
  whyCode,
  byHandMs: z.number().optional().describe('When a person last answered the fan, if that was after this reply.'),
});

export const previewShape = z.object({
  reachable: z.int().describe('Fans who will be sent the text.'),
  unreachable: z.int(),
  why: z.array(z.object({ why: z.string(), whyCode, fans: z.int() })).describe('Of the unreachable, most first.'),
  corrected: z
    .int()
    .describe(
      'Fans to whom the right text for these wrong replies went, or may have gone, whatever it was looked for by.',
    ),
  several: z.int().describe('Of the reachable and unreachable: they got more than one wrong reply.'),
  unanswered: z
    .int()
    .describe('Messages of the reachable to which nothing is answered now: `{answer}` has the answers to the others.'),
  byHand: z
    .int()
    .describe(
      'Of the reachable: a person has answered them since, to another message than those answered wrongly; see `byHandMs`.',
    ),
  pushedOut: z
    .int()
    .describe(
      'Of the reachable and unreachable: their message is older than the latest `inboxSize`, and by hand nobody would find it in such an inbox.',
    ),
  inboxSize: z.int(),
  sample: z.array(sampleShape),
});

export const textsShape = z.object({
  rows: z.array(
    z.object({
      text: z.string(),
      replies: z.int(),
      rules: z.array(z.string()).describe('That gave it, most often first.'),
      firstMs: z.number(),
      lastMs: z.number(),
    }),
  ),
  isWhole: z.boolean().describe('False: there are too many replies in the span to look at all.'),
});

export const sendTroubleShape = {
  sendTrouble: z.string().optional().describe('Why no text can be sent now; they wait. From the first failure on.'),
  sendTroubleCode: z.enum(sendTroubleCodes).optional().describe('The same as a code.'),
  sendTroubleDetail: z
    .string()
    .optional()
    .describe("The platform's errcode, or the system's name for why there is no connection."),
  sendTroubleSinceMs: ms.optional().describe('Since when.'),
};

export const standingShape = z
  .object({
    atMs: z.number(),
    desk: deskShape,
    sending: z.int().describe('Texts that wait to be sent, or are being sent.'),
    unknown: z.int().describe('Texts of which nobody knows whether they went out.'),
    corrections: z.int().describe('Running.'),
    rules: z.int().describe('The version in force.'),
    users: z.int(),
    trouble: z.string().optional().describe('Why nothing more can be stored.'),
    ...sendTroubleShape,
  })
  .meta({ id: 'Standing' });

export const versionShape = z
  .object({ version: z.int(), person: z.string(), note: z.string(), atMs: z.number() })
  .meta({ id: 'RuleVersion' });
