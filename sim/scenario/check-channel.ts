/** The webhook channel: variables that exist, a callback that says whom it is for, replies a webhook can carry. */

import { didYouMean } from '../../core/did-you-mean.js';
import type { Json, WebhookSettings } from './channel.js';
import type { Draft } from './draft.js';
import type { Findings, Path } from './finding.js';
import { type BodyVariable, bodyVariables, numericVariables, textParts } from './variable.js';

/** What is left of the settings when some were turned down. */
type ChannelDraft = { readonly [Key in keyof WebhookSettings]: Partial<WebhookSettings[Key]> | undefined };

/** Set by the connection itself. */
const ownHeaders = ['host', 'content-length', 'connection', 'keep-alive', 'transfer-encoding', 'expect', 'upgrade'];
const root = ['channel'];

export function checkChannel(draft: Draft & { readonly channel?: ChannelDraft | undefined }, findings: Findings): void {
  const { channel } = draft;
  if (!channel) return;
  checkSignature(channel, findings);
  checkHeaders(channel, findings);
  checkBodies(draft, channel, findings);
  checkReply(channel, findings);
  checkAddressCheck(channel, findings);
  checkExpectedKinds(draft, findings);
  const { rules, templates } = draft.server?.answers ?? {};
  if ((rules?.length ?? 0) + Object.keys(templates ?? {}).length > 0) {
    findings.warning(['server'], 'the reference server speaks WeChat, not webhooks; it plays no part here', true);
  }
}

function checkSignature({ signature }: ChannelDraft, findings: Findings): void {
  if (!signature?.payload?.includes('{timestamp}') || signature.timestampHeader !== undefined) return;
  findings.error([...root, 'signature', 'payload'], 'the timestamp is signed but not sent: name its `timestampHeader`');
}

function checkHeaders({ headers, signature }: ChannelDraft, findings: Findings): void {
  const signed = [signature?.header, signature?.timestampHeader].map((name) => name?.toLowerCase());
  for (const name of Object.keys(headers ?? {})) {
    const at = [...root, 'headers', name];
    if (ownHeaders.includes(name.toLowerCase()))
      findings.error(at, `\`${name}\` is set by the connection itself`, true);
    if (signed.includes(name.toLowerCase())) findings.error(at, `\`${name}\` is set by \`signature\``, true);
  }
}

function checkBodies(draft: Draft, channel: ChannelDraft, findings: Findings): void {
  const used = new Set<string>();
  const bodies = Object.entries(channel.bodies ?? {}).map(([kind, body]) => [[...root, 'bodies', kind], body] as const);
  const body = [[...root, 'body'], channel.body] as const;
  for (const [path, template] of [body, ...bodies]) checkTexts(template as Json | undefined, path, used, findings);
  if (channel.body === undefined) return;
  const sendsText = Object.values(draft.intents ?? {}).some((intent) => intent?.kind === 'text');
  if (sendsText && !used.has('text'))
    findings.warning(body[0], 'no `{text}` in it: the target will not see what fans say');
  if (!used.has('openid')) findings.warning(body[0], 'no `{openid}` in it: the target cannot tell fans apart');
  if (used.has('callback') && channel.reply?.from === 'response') {
    findings.warning([...root, 'reply', 'from'], '`{callback}` is sent, but replies are taken from the response only');
  }
}

function checkTexts(value: Json | undefined, path: Path, used: Set<string>, findings: Findings): void {
  if (typeof value === 'string') return checkText(value, path, used, findings);
  if (value === null || typeof value !== 'object') return;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, inner] of entries) checkTexts(inner, [...path, key], used, findings);
}

function checkText(text: string, path: Path, used: Set<string>, findings: Findings): void {
  const parts = textParts(text);
  for (const { variable } of parts) {
    if (!variable) continue;
    const { name, asNumber } = variable;
    used.add(name);
    if (!(bodyVariables as readonly string[]).includes(name)) {
      const near = didYouMean(name, bodyVariables);
      const all = near === '' ? `; there are ${bodyVariables.map((known) => `{${known}}`).join(', ')}` : near;
      findings.error(path, `unknown variable {${name}}${all}`);
    } else if (asNumber && !numericVariables.includes(name as BodyVariable)) {
      findings.error(path, `{${name}} is no number; only ${numericVariables.join(' and ')} may be`);
    } else if (asNumber && parts.length > 1) {
      findings.error(path, `{${name}:number} must stand alone; inside a text it is {${name}}`);
    }
  }
}

function checkReply({ reply }: ChannelDraft, findings: Findings): void {
  if (reply?.from === undefined || reply.from === 'response' || reply.toAt !== undefined) return;
  findings.error([...root, 'reply'], 'a callback must say whom it is for: `toAt`, a JSON pointer like /to', true);
}

function checkAddressCheck({ check }: ChannelDraft, findings: Findings): void {
  if (check?.by === undefined) return;
  const isChallenge = check.by === 'hub-challenge' || check.by === 'url-verification';
  if (check.verifyToken !== undefined && !isChallenge) {
    findings.error([...root, 'check', 'verifyToken'], 'goes with `hub-challenge` and `url-verification` only', true);
  }
  if (check.body !== undefined && check.by !== 'acknowledgement') {
    findings.error([...root, 'check', 'body'], 'goes with `by: acknowledgement` only', true);
  }
}

function checkExpectedKinds({ intents }: Draft, findings: Findings): void {
  for (const [name, intent] of Object.entries(intents ?? {})) {
    if (!intent || intent.expect === 'acknowledged') continue;
    const { kind } = intent.expect;
    if (kind === undefined || kind === 'text') continue;
    findings.error(['intents', name, 'expect', 'kind'], `a webhook's replies are texts; ${kind} never comes`);
  }
}
