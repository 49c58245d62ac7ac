/** The account's answers, compiled: from one message to one decision. Pure; what the same rules say in virtual time. */
import { unreachable } from '../../core/problem.js';
import type { Inbound, InboundEvent } from '../../wechat/inbound.js';
import { indexKeywords, type Keyword } from './keyword-index.js';
import { compilePattern, MATCHED_BYTES } from './pattern.js';
import { clipBytes, compileReplyText, type ReplyText, textOf } from './reply-text.js';
import type { ReplySpec, Rule, Rules } from './rules.js';
import { normalized } from './text-form.js';

/** `rule` is the rule's name, or `welcome`, `fallback`, `acknowledged`. */
export type Decision =
  | { readonly kind: 'reply'; readonly text: string; readonly rule: string }
  | { readonly kind: 'acknowledge'; readonly rule: string };

/** `nowS`: seconds since 1970. */
export type Decide = (message: Inbound, nowS: number) => Decision;

interface Answer {
  readonly rule: string;
  readonly text: ReplyText;
}

const acknowledged: Decision = { kind: 'acknowledge', rule: 'acknowledged' };
const noGroups: readonly string[] = [];

/**
 * Text: exact words, then contained words, then patterns, each in the order of the rules; then the fallback. Other
 * messages: the rule for their kind, then the fallback. Events: a menu click's key, the welcome to a new follower; all
 * others are acknowledged, as messages of unknown kinds are. Throws if `checkRules` finds problems with patterns or templates.
 */
export function compileAnswers(rules: Rules): Decide {
  const answers = rules.rules.map((rule): Answer => ({ rule: rule.name, text: compiled(rule.reply, rules) }));
  const fallback = rules.fallback && { rule: 'fallback', text: compiled(rules.fallback, rules) };
  const welcome = rules.welcome && { rule: 'welcome', text: compiled(rules.welcome, rules) };
  const byKey = firstOf(rules.rules, answers, ({ key }) => (key === undefined ? [] : [key]));
  const byKind = firstOf(rules.rules, answers, ({ kind }) => (kind === undefined ? [] : [kind]));
  const decideText = compileTextAnswers(rules.rules, answers);
  const decideEvent = (event: InboundEvent): Answer | undefined => {
    if (event.event === 'CLICK') return byKey.get(event.eventKey);
    return event.event === 'subscribe' ? welcome : undefined;
  };
  return (message) => {
    switch (message.kind) {
      case 'text':
        return decideText(message.content, message.fromUserName) ?? say(fallback, message, message.content);
      case 'event':
        return say(decideEvent(message), message, '');
      case 'image':
      case 'voice':
      case 'video':
      case 'shortvideo':
      case 'location':
      case 'link':
        return say(byKind.get(message.kind) ?? fallback, message, '');
      case 'unknown':
        return acknowledged;
      default:
        return unreachable(message);
    }
  };
}

/** Whether the fan wrote or tapped something and is shown a text for it: not for acknowledgements, nor for the welcome. */
export function isAnswered(message: Inbound, decision: Decision): boolean {
  return decision.kind === 'reply' && !(message.kind === 'event' && message.event === 'subscribe');
}

function compileTextAnswers(rules: readonly Rule[], answers: readonly Answer[]) {
  const byWord = firstOf(rules, answers, ({ exact }) => (exact ?? []).map(normalized));
  const keywords = rules.flatMap(({ contains }, rank) =>
    (contains ?? []).map((word): Keyword => ({ word: normalized(word), rank })),
  );
  const findKeyword = indexKeywords(keywords);
  const patterns = rules.flatMap(({ pattern }, rank) =>
    pattern === undefined ? [] : [{ pattern: compilePattern(pattern), answer: answers[rank]! }],
  );
  return (content: string, openid: string): Decision | undefined => {
    const written = clipBytes(content, MATCHED_BYTES).trim();
    const compared = written.toLowerCase();
    const exact = byWord.get(compared);
    if (exact !== undefined) return replyWith(exact, openid, content, noGroups);
    const rank = findKeyword(compared);
    if (rank >= 0) return replyWith(answers[rank]!, openid, content, noGroups);
    for (const { pattern, answer } of patterns) {
      const groups = pattern.exec(written);
      if (groups !== null) return replyWith(answer, openid, content, groups);
    }
    return undefined;
  };
}

function say(answer: Answer | undefined, message: Inbound, content: string): Decision {
  return answer === undefined ? acknowledged : replyWith(answer, message.fromUserName, content, noGroups);
}

function replyWith(answer: Answer, openid: string, content: string, groups: readonly (string | undefined)[]): Decision {
  return { kind: 'reply', text: answer.text({ openid, content, groups }), rule: answer.rule };
}

function compiled(reply: ReplySpec, rules: Rules): ReplyText {
  const text = textOf(reply, rules.templates);
  if (text === undefined) throw new Error(`no template is called ${reply.template}; checkRules was not asked`);
  return compileReplyText(text);
}

/** From each word to the answer of the first rule that has it. */
function firstOf(rules: readonly Rule[], answers: readonly Answer[], wordsOf: (rule: Rule) => readonly string[]) {
  const first = new Map<string, Answer>();
  for (const [rank, rule] of rules.entries()) {
    for (const word of wordsOf(rule)) if (!first.has(word)) first.set(word, answers[rank]!);
  }
  return first;
}
