/** Signed JSON webhooks as a channel: bodies from the scenario's template, replies where its pointers point. */
import { wallMs } from '../../core/clock.js';
import { type Check, compileExpectation, type Shown } from '../delivery/expectation.js';
import { catalogueOf } from '../plan/catalogue.js';
import type { FanBook } from '../plan/fan-book.js';
import { compileWording } from '../plan/wording.js';
import type { OutgoingMessage, ReadAnswer } from '../player/channel.js';
import type { WebhookSettings } from '../scenario/channel.js';
import type { Scenario } from '../scenario/schema.js';
import { sentKinds } from '../scenario/sent-kind.js';
import type { BodyVariable } from '../scenario/variable.js';
import { messageNumber, type RunMark } from './message-number.js';
import { compileBody } from './webhook-body.js';
import { type AddressCheck, hubQuery, webhookCheck } from './webhook-check.js';
import { compilePointer, documentWith, readJson } from './webhook-json.js';
import { webhookSigner } from './webhook-signature.js';
import type { WireChannel } from './wire-channel.js';

export interface WebhookChannelOptions {
  /** The scenario's `channel`. */
  readonly settings: WebhookSettings;
  readonly scenario: Pick<Scenario, 'intents' | 'platform'>;
  readonly book: FanBook;
  /** Key of the signature. */
  readonly secret: string;
  /** Path of the webhook, with any query of its own. */
  readonly path: string;
  /** Where its message ids begin: no two runs share one. */
  readonly runMark: RunMark;
  /** What `{callback}` stands for: where later replies are taken. */
  readonly callbackUrl?: string | undefined;
}

/** A channel whose posts are signed in their headers, and which checks an address in its own way. */
export interface WebhookChannel extends WireChannel {
  headersOf(message: OutgoingMessage, body: string): Readonly<Record<string, string>>;
  /** The request to make before the run, in place of a GET of `check`. */
  addressCheck(echo: string): AddressCheck;
}

export function webhookChannel(options: WebhookChannelOptions): WebhookChannel {
  const { settings, scenario, book, secret, path, runMark, callbackUrl = '' } = options;
  const { templates, intents } = catalogueOf(scenario);
  const wordings = templates.map(({ text }) => (text === undefined ? undefined : compileWording(text)));
  const checks = intents.map((name): Check => compileExpectation(scenario.intents[name]!.expect));
  const standard = compileBody(settings.body);
  const bodies = templates.map(({ kind }) => {
    const own = settings.bodies[sentKinds[kind]!];
    return own === undefined ? standard : compileBody(own);
  });
  const signer = webhookSigner(settings.signature, secret);
  const headers = headersOfEveryPost(settings);
  const readReply = replyReader(settings);

  const fill = (name: BodyVariable, message: OutgoingMessage, nowMs: number): string => {
    const { id, fan, seed } = message;
    switch (name) {
      case 'openid':
        return book.openid(fan);
      case 'name':
      case 'city':
      case 'order':
        return book.variable(name, fan, seed);
      case 'text':
        return wordings[message.template]?.(book, fan, seed) ?? '';
      case 'key':
        return templates[message.template]!.key ?? '';
      case 'kind':
        return sentKinds[templates[message.template]!.kind]!;
      case 'account':
        return scenario.platform.account;
      case 'messageId':
        return messageNumber(runMark, id);
      case 'timestampS':
        return String(Math.floor(nowMs / 1_000));
      case 'timestampMs':
        return String(nowMs);
      case 'callback':
        return callbackUrl;
    }
  };

  const isRight = (shown: Shown, { template, fan, seed }: OutgoingMessage): boolean =>
    checks[templates[template]!.intent]!.isRight(shown, book, fan, seed);

  return {
    headers,
    write(message) {
      const nowMs = wallMs();
      return bodies[message.template]!((name) => fill(name, message, nowMs));
    },
    path: () => path,
    headersOf: (_message, body) => signer.headers(body, nowS()),
    check(echo) {
      const { by, verifyToken = secret } = settings.check;
      return by === 'hub-challenge' ? `${path}${hubQuery(path, verifyToken, echo)}` : path;
    },
    addressCheck: (echo) => webhookCheck({ settings, signer, secret, path, headers, nowS: nowS() }, echo),
    read(status, body, message): ReadAnswer {
      if (!settings.acknowledge.statuses.includes(status)) return { answer: { type: 'status' } };
      const reply = readReply(body);
      if (reply.type !== 'reply') return { answer: reply };
      const shown = { kind: 'text', text: reply.text };
      if (reply.to !== undefined && reply.to !== book.openid(message.fan))
        return { answer: { type: 'reply', check: 'misaddressed' }, shown };
      return { answer: { type: 'reply', check: isRight(shown, message) ? 'right' : 'wrong' }, shown };
    },
    isRight,
    sampleAnswer: () =>
      settings.reply.from === 'callback' ? '' : JSON.stringify(documentWith(settings.reply.textAt, 'warm 预热')),
    // Message ids come from the plan's rows: nothing is remembered.
    forget: () => {},
  };
}

type Read =
  | { readonly type: 'reply'; readonly text: string; readonly to: string | undefined }
  | { readonly type: 'acknowledged' }
  | { readonly type: 'malformed' };

/** What an answer with a good status says. JSON with nothing where the text should be is an acknowledgement. */
function replyReader({ acknowledge, reply }: Pick<WebhookSettings, 'acknowledge' | 'reply'>) {
  const texts = new Set(['', ...acknowledge.texts]);
  const textIn = compilePointer(reply.textAt);
  const toIn = reply.toAt === undefined ? () => undefined : compilePointer(reply.toAt);
  const isAnswerRead = reply.from !== 'callback';
  return (body: string): Read => {
    if (!isAnswerRead || texts.has(body.trim())) return { type: 'acknowledged' };
    const document = readJson(body);
    if (document === undefined) return { type: 'malformed' };
    const text = textIn(document) ?? '';
    if (text === '') return { type: 'acknowledged' };
    if (typeof text !== 'string') return { type: 'malformed' };
    const to = toIn(document) ?? undefined;
    return { type: 'reply', text, to: to === undefined || typeof to === 'string' ? to : JSON.stringify(to) };
  };
}

/** Lower case, so that the scenario's own win over ours. */
function headersOfEveryPost({ headers }: WebhookSettings): Record<string, string> {
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { 'content-type': 'application/json', accept: '*/*', 'user-agent': 'peakday', ...Object.fromEntries(own) };
}

function nowS(): number {
  return Math.floor(wallMs() / 1_000);
}
