/** Reads what a reply server answered, with the platform's tolerances and no more (section 4). */
import {
  childOf,
  nonEmptyText,
  optionalText,
  quote,
  requiredChild,
  requiredInteger,
  requiredText,
  requiredToken,
  WireError,
  type XmlElement,
} from './element.js';
import { ARTICLE_LIMIT, TEXT_LIMIT_BYTES } from './limits.js';
import type { Article, Reply } from './reply.js';
import { readXml, XmlError } from './xml.js';

export type PassiveReply =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'malformed'; readonly reason: string };

const acknowledged: PassiveReply = { kind: 'acknowledged' };

/**
 * Never throws. Acknowledged: exactly `success`, or nothing but white space. Malformed: all else that is no reply of
 * section 4; the fan would see the platform's notice.
 */
export function readReply(body: string): PassiveReply {
  if (isAcknowledgement(body)) return acknowledged;
  try {
    return { kind: 'reply', reply: replyOf(readXml(body)) };
  } catch (error) {
    if (error instanceof WireError) return { kind: 'malformed', reason: error.message };
    if (error instanceof XmlError) {
      return { kind: 'malformed', reason: `neither success nor XML: ${error.reason}, ${error.message}` };
    }
    throw error;
  }
}

/** Exactly `success`, or nothing but white space. Goes unencrypted in every mode (section 2). */
export function isAcknowledgement(body: string): boolean {
  return body === 'success' || /^[ \t\r\n]*$/.test(body);
}

function replyOf(root: XmlElement): Reply {
  if (root.name !== 'xml') throw new WireError('xml', `is missing: the root element is ${quote(root.name)}`);
  const addressed = {
    toUserName: nonEmptyText(root, 'ToUserName'),
    fromUserName: nonEmptyText(root, 'FromUserName'),
    createTime: requiredInteger(root, 'CreateTime'),
  };
  const kind = requiredToken(root, 'MsgType');
  switch (kind) {
    case 'text':
      return { kind, ...addressed, content: contentOf(root) };
    case 'image':
      return { kind, ...addressed, mediaId: nonEmptyText(requiredChild(root, 'Image'), 'MediaId') };
    case 'voice':
      return { kind, ...addressed, mediaId: nonEmptyText(requiredChild(root, 'Voice'), 'MediaId') };
    case 'video': {
      const video = requiredChild(root, 'Video');
      return { kind, ...addressed, mediaId: nonEmptyText(video, 'MediaId'), ...captionOf(video) };
    }
    case 'music': {
      const music = requiredChild(root, 'Music');
      const musicUrl = optionalText(music, 'MusicUrl');
      const hqMusicUrl = optionalText(music, 'HQMusicUrl');
      return {
        kind,
        ...addressed,
        ...captionOf(music),
        ...(musicUrl === undefined ? {} : { musicUrl }),
        ...(hqMusicUrl === undefined ? {} : { hqMusicUrl }),
        thumbMediaId: nonEmptyText(music, 'ThumbMediaId'),
      };
    }
    case 'news':
      return { kind, ...addressed, articles: articlesOf(root) };
    case 'transfer_customer_service': {
      const transfer = childOf(root, 'TransInfo');
      return { kind, ...addressed, ...(transfer && { kfAccount: nonEmptyText(transfer, 'KfAccount') }) };
    }
    default:
      throw new WireError('MsgType', `is ${quote(kind)}, which no reply has`);
  }
}

function contentOf(root: XmlElement): string {
  const content = requiredText(root, 'Content');
  if (content === '') throw new WireError('Content', 'is empty, which acknowledges nothing: answer success or no body');
  if (content.length * 3 > TEXT_LIMIT_BYTES) {
    const bytes = Buffer.byteLength(content);
    if (bytes > TEXT_LIMIT_BYTES) {
      throw new WireError('Content', `has ${bytes} bytes, over the limit of ${TEXT_LIMIT_BYTES}`);
    }
  }
  return content;
}

function captionOf(parent: XmlElement): { title?: string; description?: string } {
  const title = optionalText(parent, 'Title');
  const description = optionalText(parent, 'Description');
  return { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
}

/** All of them: how many a fan sees depends on what was answered, and `shownText` knows it. */
function articlesOf(root: XmlElement): Article[] {
  const count = requiredInteger(root, 'ArticleCount');
  if (count < 1 || count > ARTICLE_LIMIT) throw new WireError('ArticleCount', `is ${count}, not 1 to ${ARTICLE_LIMIT}`);
  const items = requiredChild(root, 'Articles').children.filter((child) => child.name === 'item');
  if (items.length !== count) throw new WireError('ArticleCount', `is ${count}, but there are ${items.length} items`);
  return items.map((item) => ({
    title: nonEmptyText(item, 'Title'),
    description: optionalText(item, 'Description') ?? '',
    picUrl: optionalText(item, 'PicUrl') ?? '',
    url: optionalText(item, 'Url') ?? '',
  }));
}
