/** The platform between fans and account: how it posts, how long it waits, how often it tries (WECHAT §4, §7). */
import { z } from 'zod';
import { duration } from './codecs.js';
import { platformApiSchema } from './platform-api.js';

export const platformSchema = z.strictObject({
  account: z
    .string()
    .regex(/^[\w-]{1,40}$/, 'letters, digits, - and _, at most 40')
    .prefault('gh_peakday')
    .describe("The account's original id (`ToUserName`)."),
  appid: z
    .string()
    .regex(/^[\w-]{1,40}$/, 'letters, digits, - and _, at most 40')
    .prefault('wx0123456789abcdef')
    .describe("The account's appid: sealed into encrypted messages, asked for by the platform's API."),
  mode: z
    .enum(['plain', 'safe', 'compatible'])
    .prefault('plain')
    .describe('`safe`: messages and replies are encrypted; `compatible`: messages are both, replies either.'),
  deadline: duration.prefault('5s').describe('After this the platform cuts the connection and posts again.'),
  attempts: z.int().min(1).max(10).prefault(3).describe('Posts of one message in all.'),
  gap: duration.prefault('0s').describe('Between a failed post and the next.'),
  gaps: z
    .array(duration)
    .min(1)
    .max(9)
    .optional()
    .describe('Or a gap for each further post in turn, like `[0s, 1m, 5m]`; the last one repeats.'),
  connectTimeout: duration.prefault('5s').describe('How long it tries to connect; then the post was `refused`.'),
  keepAlive: z.boolean().prefault(true).describe('`false`: a new connection for each post, the harder case.'),
  resign: z
    .boolean()
    .prefault(true)
    .describe('Whether a further post is signed anew. The body is the same in any case.'),
  retryOnStatus: z.boolean().prefault(true).describe('Post again after a status other than 200.'),
  retryOnMalformed: z.boolean().prefault(false).describe('Post again after a body that is no reply.'),
  laterReplies: duration
    .prefault('30s')
    .describe("How long an acknowledged message may wait for a later reply, when the platform's API is served."),
  markFail: z
    .strictObject({
      failures: z.int().min(1).max(100_000).prefault(30).describe('So many failed posts …'),
      within: duration.prefault('5m').describe('… in so long a time …'),
      block: duration.prefault('60s').describe('… and for so long the platform pushes nothing.'),
      messages: z
        .enum(['lost', 'queued'])
        .prefault('queued')
        .describe('What becomes of messages meanwhile: `dropped: blocked`, or pushed afterwards.'),
    })
    .optional()
    .describe('The block after too many failures (MarkFail). Absent: there is none.'),
  notice: z
    .boolean()
    .optional()
    .describe(
      'Whether a fan is shown a failure notice (「该公众号暂时无法提供服务，请稍后再试」) when the last post has failed. Left out: `true` for WeChat, `false` for webhooks.',
    ),
  openidParameter: z.boolean().prefault(true).describe('Whether the query carries `openid`.'),
  api: platformApiSchema
    .prefault({})
    .describe("The platform's API, when it is served (`--platform-port`, or `server: { reply: later }`)."),
});

export type Platform = z.output<typeof platformSchema>;

export const limitsSchema = z.strictObject({
  sockets: z.int().min(1).max(20_000).prefault(2_000).describe('Open connections to the target, over all threads.'),
  inFlight: z
    .int()
    .min(1)
    .max(1_000_000)
    .prefault(20_000)
    .describe('Messages posted or waiting for a connection, over all threads; beyond it a message is `unsent`.'),
});
