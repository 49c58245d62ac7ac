/**
 * What an account asks custom/send to send (WECHAT §5): every kind of message, checked, and the text a fan reads of it.
 * The input is whatever JSON came.
 */
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import type { PlatformCode } from './platform-code.js';

export interface SendOrder {
  readonly openid: string;
  /** `msgtype`, spelled as on the wire. */
  readonly kind: string;
  /** All the fan reads, one line each; empty for pictures, voices and cards. */
  readonly text: string;
  /** Given: a second order with it is refused. */
  readonly clientMsgId: string | undefined;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Text the fan reads, or why it is refused. */
type ReadPart = (part: JsonObject) => string | PlatformCode;

const CLIENT_ID_LIMIT_BYTES = 64;
/** Since 2018-10 a news message has one article. */
const ARTICLES = 1;
const MENU_LIMIT = 20;

const parts = new Map<string, ReadPart>([
  ['text', ({ content }) => contentOf(content)],
  ['image', withMedia],
  ['voice', withMedia],
  ['video', (part) => allOf(withMedia(part), titled(part))],
  ['mpnews', withMedia],
  ['mpnewsarticle', ({ article_id }) => (isText(article_id) ? '' : 40035)],
  [
    'music',
    (part) =>
      isText(part.musicurl) && isText(part.hqmusicurl) ? allOf(mediaOf(part.thumb_media_id), titled(part)) : 40035,
  ],
  ['news', ({ articles }) => newsOf(articles)],
  ['msgmenu', menuOf],
  ['wxcard', ({ card_id }) => (isText(card_id) ? '' : 40035)],
  [
    'miniprogrampage',
    (part) => (isText(part.appid) && isText(part.pagepath) ? allOf(mediaOf(part.thumb_media_id), titled(part)) : 40035),
  ],
]);

export function readSendOrder(body: JsonObject): SendOrder | PlatformCode {
  const { touser, msgtype, clientmsgid } = body;
  if (!isText(touser)) return 40003;
  const text = readMessage(body);
  if (typeof text === 'number') return text;
  if (clientmsgid !== undefined && !isClientId(clientmsgid)) return 40035;
  return { openid: touser, kind: msgtype as string, text, clientMsgId: clientmsgid };
}

/** The message inside an order, for mass messages too: what a fan reads of it, or why it is refused. */
export function readMessage(body: JsonObject): string | PlatformCode {
  const { msgtype } = body;
  const read = typeof msgtype === 'string' ? parts.get(msgtype) : undefined;
  if (read === undefined) return 40008;
  const part = body[msgtype as string];
  if (!isObject(part)) return msgtype === 'text' ? 44004 : 40035;
  return read(part);
}

export function isClientId(value: unknown): value is string {
  return isText(value) && Buffer.byteLength(value) <= CLIENT_ID_LIMIT_BYTES;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function contentOf(content: unknown): string | PlatformCode {
  if (content === undefined || content === '') return 44004;
  if (typeof content !== 'string') return 40035;
  return Buffer.byteLength(content) > TEXT_LIMIT_BYTES ? 45002 : content;
}

function withMedia(part: JsonObject): '' | PlatformCode {
  return mediaOf(part.media_id);
}

function mediaOf(id: unknown): '' | PlatformCode {
  if (id === undefined || id === '') return 41006;
  return typeof id === 'string' ? '' : 40007;
}

function titled({ title, description }: JsonObject): string | PlatformCode {
  const given = [title, description].filter((text) => text !== undefined && text !== '');
  return given.every(isText) ? given.join('\n') : 40035;
}

function newsOf(articles: unknown): string | PlatformCode {
  if (!Array.isArray(articles) || articles.length === 0) return 44003;
  if (articles.length > ARTICLES) return 45008;
  return isObject(articles[0]) ? titled(articles[0]) : 40035;
}

function menuOf({ head_content, list, tail_content }: JsonObject): string | PlatformCode {
  if (!Array.isArray(list) || list.length === 0 || list.length > MENU_LIMIT) return 40035;
  const items = list.map((item: unknown) => (isObject(item) && isText(item.id) ? item.content : undefined));
  const shown = [head_content, ...items, tail_content].filter((text) => text !== undefined && text !== '');
  if (!items.every(isText) || !shown.every(isText)) return 40035;
  return contentOf(shown.join('\n'));
}

/** The first refusal, or the last text. */
function allOf(...results: readonly (string | PlatformCode)[]): string | PlatformCode {
  return results.find((result) => typeof result === 'number') ?? results.at(-1)!;
}
