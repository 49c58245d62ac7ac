/** A reply's text with its variables: `{1}`…`{9}`, `{content}`, `{openid}`. Other braces stay; `checkRules` refuses names. */
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import type { ReplySpec, Rules } from './rules.js';

interface ReplyVariables {
  readonly openid: string;
  /** What the fan wrote; empty for anything but text. */
  readonly content: string;
  /** Of the pattern's match: the whole, then the groups. */
  readonly groups: readonly (string | undefined)[];
}

export type ReplyText = (variables: ReplyVariables) => string;

const variable = /\{([1-9]|content|openid)\}/;

/** What a reply's text may hold. */
export const replyVariables: readonly string[] = [
  'content',
  'openid',
  ...Array.from({ length: 9 }, (_, at) => `${at + 1}`),
];

/** The text of a spec, from itself or from the template it names; undefined if there is no such template. */
export function textOf(spec: ReplySpec, templates: Rules['templates']): string | undefined {
  if (spec.text !== undefined) return spec.text;
  return Object.hasOwn(templates, spec.template!) ? templates[spec.template!] : undefined;
}

/**
 * Text with variables -> a function that fills them in. A group that took no part is empty. What grows over the
 * platform's limit is clipped: longer text would not be shown at all.
 */
export function compileReplyText(text: string): ReplyText {
  // Splitting by a pattern with one group: text and variable names take turns.
  const parts = text.split(variable);
  if (parts.length === 1) return () => text;
  return (variables) => {
    let filled = parts[0]!;
    for (let index = 1; index < parts.length; index += 2) {
      filled += variableOf(parts[index]!, variables) + parts[index + 1]!;
    }
    return clipBytes(filled, TEXT_LIMIT_BYTES);
  };
}

/** The highest group a text asks for, 0 if none. */
export function highestGroup(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\{([1-9])\}/g)].map((match) => Number(match[1])));
}

/** As many whole characters as fit into `limitBytes` of UTF-8 (at most `TEXT_LIMIT_BYTES`). */
export function clipBytes(text: string, limitBytes: number): string {
  // A UTF-16 unit is at most three bytes of UTF-8: most texts need no count.
  if (text.length * 3 <= limitBytes) return text;
  const { read } = encoder.encodeInto(text, scratch.subarray(0, limitBytes));
  return text.slice(0, read);
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(TEXT_LIMIT_BYTES);

function variableOf(name: string, variables: ReplyVariables): string {
  if (name === 'content') return variables.content;
  if (name === 'openid') return variables.openid;
  return variables.groups[Number(name)] ?? '';
}
