/** What an account answers in the body of its response: every passive reply of section 4, as one discriminated union. */
import { unreachable } from '../core/problem.js';
import type { Inbound } from './inbound.js';
import { ARTICLES_SHOWN_TO_MESSAGE } from './limits.js';

interface Addressed {
  /** The fan's openid: the push's sender. */
  readonly toUserName: string;
  /** The account's original id: the push's receiver. */
  readonly fromUserName: string;
  /** As written by the account: seconds or milliseconds since 1970, the platform takes both. */
  readonly createTime: number;
}

interface TextReply extends Addressed {
  readonly kind: 'text';
  /** Never empty, at most 2,048 bytes. */
  readonly content: string;
}

interface MediaReply extends Addressed {
  readonly kind: 'image' | 'voice';
  readonly mediaId: string;
}

interface VideoReply extends Addressed {
  readonly kind: 'video';
  readonly mediaId: string;
  readonly title?: string;
  readonly description?: string;
}

interface MusicReply extends Addressed {
  readonly kind: 'music';
  readonly title?: string;
  readonly description?: string;
  readonly musicUrl?: string;
  readonly hqMusicUrl?: string;
  readonly thumbMediaId: string;
}

interface NewsReply extends Addressed {
  readonly kind: 'news';
  /** One to eight. */
  readonly articles: readonly Article[];
}

interface TransferReply extends Addressed {
  readonly kind: 'transfer_customer_service';
  /** The person at the desk it is meant for; anyone, if absent. */
  readonly kfAccount?: string;
}

export interface Article {
  readonly title: string;
  readonly description: string;
  readonly picUrl: string;
  readonly url: string;
}

/** One passive reply. `kind` is `MsgType`, spelled as on the wire. */
export type Reply = TextReply | MediaReply | VideoReply | MusicReply | NewsReply | TransferReply;

export const replyKinds = [
  'text',
  'image',
  'voice',
  'video',
  'music',
  'news',
  'transfer_customer_service',
] as const satisfies readonly Reply['kind'][];

/**
 * All text a fan reads, one line each; empty for pictures, voices and transfers. Of a news reply to a message the
 * platform shows the first article only, to an event all (section 4): without `inAnswerTo` all are given.
 */
export function shownText(reply: Reply, inAnswerTo: Inbound['kind'] = 'event'): string {
  switch (reply.kind) {
    case 'text':
      return reply.content;
    case 'video':
    case 'music':
      return lines(reply.title, reply.description);
    case 'news': {
      const shown = inAnswerTo === 'event' ? reply.articles : reply.articles.slice(0, ARTICLES_SHOWN_TO_MESSAGE);
      return lines(...shown.flatMap((article) => [article.title, article.description]));
    }
    case 'image':
    case 'voice':
    case 'transfer_customer_service':
      return '';
    default:
      return unreachable(reply);
  }
}

function lines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('\n');
}
