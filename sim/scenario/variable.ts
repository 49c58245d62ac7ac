/** What may stand in braces, and texts split at it. Without the schema, which the threads of a run have no need to load. */

/** What may stand in braces in wordings and expectations: the fan's own, and an odd remark drawn for each message. */
export const fanVariables = ['name', 'city', 'order', 'chatter'] as const;

/** What may stand in braces in the texts of a body. */
export const bodyVariables = [
  'openid',
  'name',
  'city',
  'order',
  'text',
  'key',
  'kind',
  'account',
  'messageId',
  'timestampS',
  'timestampMs',
  'callback',
] as const;
export type BodyVariable = (typeof bodyVariables)[number];

/** Those that may be numbers: a text that is `{timestampMs:number}` and nothing else becomes one. */
export const numericVariables: readonly BodyVariable[] = ['timestampS', 'timestampMs'];

/** A text of a body, split at its variables. `name` is as written, known or not. */
export interface TextPart {
  readonly text: string;
  readonly variable?: { readonly name: string; readonly asNumber: boolean };
}

/** `Ev{messageId}` -> `Ev`, messageId. Braces around anything but a word are text. */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{([\p{L}_][\p{L}\w]*)(:number)?\}/gu)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    parts.push({ text: match[0], variable: { name: match[1]!, asNumber: match[2] !== undefined } });
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
