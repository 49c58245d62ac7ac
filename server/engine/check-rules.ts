/** What the schema cannot say about an account's answers: every mistake at once, before the first message. */
import type { Problem } from '../../core/problem.js';
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import { groupCount, patternFault } from './pattern.js';
import { unknownPlaceholders } from './placeholders.js';
import { highestGroup, replyVariables, textOf } from './reply-text.js';
import type { ReplySpec, Rule, Rules } from './rules.js';
import { normalized } from './text-form.js';

/** `path` is dotted and starts below the rules: `rules.3.reply.template`. Empty: `compileAnswers` will not throw. */
export function checkRules(rules: Rules): Problem[] {
  const problems: Problem[] = [];
  for (const [name, text] of Object.entries(rules.templates)) problems.push(...nameProblems(text, `templates.${name}`));
  const taken = new Map<string, string>();
  for (const [index, rule] of rules.rules.entries()) {
    const path = `rules.${index}`;
    const fault = rule.pattern === undefined ? undefined : patternFault(rule.pattern);
    if (fault !== undefined) problems.push({ path: `${path}.pattern`, message: `The pattern ${fault}.` });
    // The groups of a broken pattern are unknown: one complaint is enough.
    const groups = rule.pattern === undefined ? 0 : (groupCount(rule.pattern) ?? 9);
    problems.push(...wordProblems(rule, path, taken));
    problems.push(...replyProblems(rule.reply, `${path}.reply`, rules, groups));
  }
  if (rules.welcome !== undefined) problems.push(...replyProblems(rules.welcome, 'welcome', rules, 0));
  if (rules.fallback !== undefined) problems.push(...replyProblems(rules.fallback, 'fallback', rules, 0));
  return problems;
}

/** Names that an earlier rule has: replies are counted, and looked for, by them. */
export function sameNames(rules: readonly Pick<Rule, 'name'>[]): Problem[] {
  const names = rules.map(({ name }) => name);
  return names.flatMap((name, index): Problem[] =>
    names.indexOf(name) === index
      ? []
      : [{ path: `rules.${index}.name`, message: `There is a rule "${name}" already; take another name.` }],
  );
}

function nameProblems(text: string, path: string): Problem[] {
  return unknownPlaceholders(text, replyVariables).map((message) => ({ path, message }));
}

/** Words nobody can write, and words an earlier rule already answers. `taken`: from each such word to its rule. */
function wordProblems(rule: Rule, path: string, taken: Map<string, string>): Problem[] {
  const problems: Problem[] = [];
  for (const [part, words] of [
    ['exact', rule.exact],
    ['contains', rule.contains],
  ] as const) {
    for (const [index, word] of (words ?? []).entries()) {
      if (normalized(word) !== '') continue;
      problems.push({ path: `${path}.${part}.${index}`, message: 'The word is empty but for spaces; write a word.' });
    }
  }
  const answered = [
    ...(rule.exact ?? []).map((word, index) => [`exact.${index}`, `text ${normalized(word)}`, word] as const),
    ...(rule.key === undefined ? [] : [['key', `key ${rule.key}`, rule.key] as const]),
    ...(rule.kind === undefined ? [] : [['kind', `kind ${rule.kind}`, rule.kind] as const]),
  ];
  for (const [part, claim, word] of answered) {
    const by = taken.get(claim);
    if (by === undefined) taken.set(claim, rule.name);
    else if (by !== rule.name) {
      const message = `"${word}" is already answered by the rule "${by}"; this one would never be used for it.`;
      problems.push({ path: `${path}.${part}`, message });
    }
  }
  return problems;
}

function replyProblems(reply: ReplySpec, path: string, { templates }: Rules, groups: number): Problem[] {
  const text = textOf(reply, templates);
  if (text === undefined) {
    const known = Object.keys(templates);
    const instead = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
    return [{ path: `${path}.template`, message: `No template is called "${reply.template}"; ${instead}.` }];
  }
  const at = `${path}.${reply.text === undefined ? 'template' : 'text'}`;
  const problems: Problem[] = reply.text === undefined ? [] : nameProblems(text, at);
  const wanted = highestGroup(text);
  if (wanted > groups) {
    const has = groups === 0 ? 'there is no pattern with groups here' : `the pattern has ${groups}`;
    problems.push({ path: at, message: `{${wanted}} stands for group ${wanted} of a pattern; ${has}.` });
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > TEXT_LIMIT_BYTES) {
    const message = `The text has ${bytes} bytes; the platform shows none with more than ${TEXT_LIMIT_BYTES}.`;
    problems.push({ path: at, message });
  }
  return problems;
}
