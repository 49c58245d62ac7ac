/** The account's answers as data: keyword rules, templates, welcome, fallback. Also part of the scenario's `server:`. */
import { z } from 'zod';

const words = z.array(z.string().min(1)).min(1);

const replySpecSchema = z
  .strictObject({
    text: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The text; `{1}`… are the groups of the pattern, `{content}` what the fan wrote, `{openid}` who it is; other names in braces are refused.',
      ),
    template: z.string().min(1).optional().describe('Or the name of a template.'),
  })
  .refine(
    (reply) => (reply.text === undefined) !== (reply.template === undefined),
    'say `text` or `template`, one of them',
  );

const ruleSchema = z
  .strictObject({
    name: z.string().min(1).describe('Shown in metrics.'),
    exact: words.optional().describe('The message is one of these (spaces around it and case do not count).'),
    contains: words.optional().describe('The message contains one of these.'),
    pattern: z
      .string()
      .min(1)
      .optional()
      .describe('A regular expression (JavaScript, flags iu) without a repeat inside a repeat, like `(a+)+`.'),
    key: z.string().min(1).optional().describe('For menu clicks: the key.'),
    kind: z
      .enum(['image', 'voice', 'video', 'shortvideo', 'location', 'link'])
      .optional()
      .describe('Any message of this kind.'),
    reply: replySpecSchema.describe('What is answered.'),
  })
  .refine(
    (rule) =>
      [rule.exact, rule.contains, rule.pattern, rule.key, rule.kind].filter((part) => part !== undefined).length === 1,
    'say exactly one of exact, contains, pattern, key, kind',
  );

export const rulesSchema = z.strictObject({
  templates: z
    .record(z.string().min(1), z.string().min(1))
    .prefault({})
    .describe('Texts used by several rules, by name.'),
  welcome: replySpecSchema.optional().describe('To a new follower; absent: only acknowledged.'),
  rules: z.array(ruleSchema).prefault([]).describe('Tried in order: exact ones first, then contains, then patterns.'),
  fallback: replySpecSchema.optional().describe('When no rule fits; absent: only acknowledged.'),
});

export type ReplySpec = z.output<typeof replySpecSchema>;
export type Rule = z.output<typeof ruleSchema>;
export type Rules = z.output<typeof rulesSchema>;
