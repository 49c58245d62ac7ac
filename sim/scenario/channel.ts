/**
 * The channel: what messages look like on the wire and how replies come back. Without the key it is WeChat's; with it,
 * signed JSON webhooks of any form (like those of LINE, WhatsApp, Slack). Deadline and retries are the platform's.
 */
import { z } from 'zod';
import { sentKinds } from './sent-kind.js';

const defaultBody = {
  id: '{messageId}',
  from: '{openid}',
  kind: '{kind}',
  text: '{text}',
  timestamp: '{timestampMs:number}',
};

const jsonSchema = z.json().meta({ quantity: 'JSON', wanted: 'a text, a number, true, false, null, a list or a map' });
const bodySchema = z.record(z.string(), jsonSchema);

/** RFC 6901. */
const pointer = z.string().regex(/^(\/([^~/]|~[01])*)*$/, 'a JSON pointer, like /messages/0/text');

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'a header name: letters, digits and -, at most 60');
const headerValue = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'visible ASCII');

const signatureSchema = z.strictObject({
  header: headerName.prefault('x-signature').describe('The header it stands in.'),
  algorithm: z.enum(['sha256', 'sha1', 'sha512']).prefault('sha256').describe('Of the HMAC. Its key is the token.'),
  prefix: z
    .string()
    .regex(/^[\x21-\x7e]{0,20}$/, 'at most 20 characters of visible ASCII')
    .optional()
    .describe('Before the signature: `sha256=`, `v0=`.'),
  encoding: z.enum(['hex', 'base64']).prefault('hex').describe('Of the signature.'),
  payload: z
    .string()
    .max(100)
    .regex(/^[^{}]*(\{timestamp\}[^{}]*)?\{body\}[^{}]*(\{timestamp\}[^{}]*)?$/, '`{body}` once, and `{timestamp}`')
    .prefault('{body}')
    .describe('What is signed: `{body}` once, with `{timestamp}` (seconds) where wanted: `v0:{timestamp}:{body}`.'),
  timestampHeader: headerName.optional().describe('The header the timestamp stands in; each post has its own.'),
});

const acknowledgeSchema = z.strictObject({
  statuses: z
    .array(z.int().min(200).max(299))
    .min(1)
    .max(100)
    .prefault([200])
    .describe('Any other status is a failed post.'),
  texts: z
    .array(z.string().max(100))
    .max(100)
    .prefault(['ok', 'OK'])
    .describe('Bodies that are no JSON and yet fine. An empty one always is, and JSON without a reply in it.'),
});

const replySchema = z.strictObject({
  from: z
    .enum(['response', 'callback', 'both'])
    .prefault('response')
    .describe('Where replies come: in the answer to a post, by a later post of the target to `{callback}`, or either.'),
  textAt: pointer.prefault('/text').describe('JSON pointer to the text shown, in answer and callback alike.'),
  toAt: pointer
    .optional()
    .describe("JSON pointer to the fan's `{openid}`. A callback must have it; an answer may, and then it is checked."),
  verify: z
    .enum(['signature', 'bearer', 'none'])
    .prefault('signature')
    .describe('How a callback shows who sends it: signed as posts are, `authorization: Bearer TOKEN`, or not at all.'),
});

const checkSchema = z.strictObject({
  by: z
    .enum(['any-answer', 'acknowledgement', 'hub-challenge', 'url-verification'])
    .prefault('any-answer')
    .describe(
      'A GET answered with any status below 500; a signed POST of `body` that is acknowledged; the `hub.challenge` of a GET given back; the `challenge` of a signed POST given back.',
    ),
  verifyToken: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .describe('`hub.verify_token`, or the `token` beside the challenge. Left out: the token.'),
  body: bodySchema.optional().describe('For `acknowledgement`; left out: `{}`.'),
});

export const channelSchema = z.strictObject({
  type: z.literal('webhook').describe('Signed JSON by POST.'),
  signature: signatureSchema.prefault({}).describe('An HMAC of each post, made anew for each.'),
  headers: z.record(headerName, headerValue).prefault({}).describe('Further headers of every post.'),
  body: bodySchema
    .prefault(defaultBody)
    .describe('What is posted: any map, with variables in its texts. Left out: the one above.'),
  bodies: z
    .partialRecord(z.enum(sentKinds), bodySchema)
    .prefault({})
    .describe('By kind (`subscribe`, `click`, …): what is posted instead.'),
  acknowledge: acknowledgeSchema.prefault({}).describe('What takes a message off the platform.'),
  reply: replySchema.prefault({}).describe('Where the reply is.'),
  check: checkSchema.prefault({}).describe('Before the run: how the target shows that it is there.'),
});

export type WebhookSettings = z.output<typeof channelSchema>;
export type SignatureSettings = WebhookSettings['signature'];
/** A value JSON can say. */
export type Json = z.output<typeof jsonSchema>;
/** A body with variables in its texts. */
export type BodyTemplate = WebhookSettings['body'];
