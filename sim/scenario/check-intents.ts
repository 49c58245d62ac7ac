/** What fans say and what they expect: known variables, valid patterns, keys where they belong. */
import { didYouMean } from '../../core/did-you-mean.js';
import type { Draft } from './draft.js';
import type { Findings, Path } from './finding.js';
import type { Expectation, Intent } from './intent.js';
import type { SentKind } from './sent-kind.js';
import { fanVariables } from './variable.js';

const keyedKinds: readonly SentKind[] = ['click', 'view', 'scan'];
/** A fan who left, and the platform itself, are shown nothing. */
const silentKinds: readonly SentKind[] = ['unsubscribe', 'job-finish'];

export function checkIntents(draft: Draft, findings: Findings): void {
  for (const [name, intent] of Object.entries(draft.intents ?? {})) {
    if (!intent) continue;
    checkIntent(intent, ['intents', name], findings);
    const next = intent.next?.send;
    if (next === undefined || draft.intents?.[next] !== undefined) continue;
    const known = Object.keys(draft.intents ?? {});
    findings.error(
      ['intents', name, 'next', 'send'],
      `no intent is called ${JSON.stringify(next)}${didYouMean(next, known)}`,
    );
  }
}

function checkIntent(intent: Intent, path: Path, findings: Findings): void {
  const isKeyed = keyedKinds.includes(intent.kind);
  if (isKeyed && intent.key === undefined) {
    findings.error(path, `a \`${intent.kind}\` needs \`key\`: ${keyWords(intent.kind)}`, true);
  }
  if (!isKeyed && intent.key !== undefined) {
    findings.error([...path, 'key'], `only ${keyedKinds.join(', ')} have a \`key\`; take it away`, true);
  }
  if (silentKinds.includes(intent.kind) && intent.expect !== 'acknowledged') {
    findings.error([...path, 'expect'], `nobody is shown a reply to \`${intent.kind}\`; expect \`acknowledged\``);
  }
  for (const [index, text] of (intent.says ?? []).entries()) checkVariables(text, [...path, 'says', index], findings);
  if (intent.expect !== 'acknowledged') checkExpectation(intent.expect, [...path, 'expect'], findings);
}

function checkExpectation(expect: Exclude<Expectation, string>, path: Path, findings: Findings): void {
  for (const key of ['equals', 'contains', 'excludes'] as const) {
    const value = expect[key];
    if (typeof value === 'string') checkVariables(value, [...path, key], findings);
    else for (const [index, text] of (value ?? []).entries()) checkVariables(text, [...path, key, index], findings);
  }
  if (expect.matches === undefined) return;
  if (fanVariables.some((name) => expect.matches?.includes(`{${name}}`))) {
    findings.error([...path, 'matches'], 'variables do not stand in a pattern; say `contains` for them');
    return;
  }
  const failure = patternFailure(expect.matches);
  if (failure) findings.error([...path, 'matches'], failure);
}

function checkVariables(text: string, path: Path, findings: Findings): void {
  for (const [, name = ''] of text.matchAll(/\{([\p{L}_][\p{L}\w]*)\}/gu)) {
    if ((fanVariables as readonly string[]).includes(name)) continue;
    const known = fanVariables.map((variable) => `{${variable}}`).join(', ');
    findings.error(path, `unknown variable {${name}}; there are ${known}`);
  }
}

/** Undefined when the regular expression is valid. */
function patternFailure(source: string): string | undefined {
  try {
    new RegExp(source, 'u');
    return undefined;
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: \/.*\/\w*: /s, '');
    return `not a regular expression (JavaScript, flag u): ${why}`;
  }
}

function keyWords(kind: SentKind): string {
  if (kind === 'scan') return 'the scene of the QR code';
  return kind === 'view' ? 'the address of the menu entry' : 'the key of the menu entry';
}
