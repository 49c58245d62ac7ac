/** A fan's message as the server's rules see it: of the platform's fields those that an answer can depend on. */
import { unreachable } from '../../core/problem.js';
import type { Inbound } from '../../wechat/inbound.js';
import type { SentKind } from '../scenario/sent-kind.js';

/** `key`: of a click, a view or a scan. `content`: of a text. */
export function fanMessage(kind: SentKind, openid: string, content: string, key: string): Inbound {
  // Asked for by the hundred thousand, for which a spread is dear.
  if (kind === 'text') return { kind, toUserName: '', fromUserName: openid, createTimeS: 0, msgId: '', content };
  const pushed = { toUserName: '', fromUserName: openid, createTimeS: 0 };
  const numbered = { ...pushed, msgId: '' };
  switch (kind) {
    case 'image':
      return { kind, ...numbered, picUrl: '', mediaId: '' };
    case 'voice':
      return { kind, ...numbered, mediaId: '', format: 'amr' };
    case 'video':
    case 'shortvideo':
      return { kind, ...numbered, mediaId: '', thumbMediaId: '' };
    case 'location':
      return { kind, ...numbered, locationX: 0, locationY: 0, scale: 16, label: '' };
    case 'link':
      return { kind, ...numbered, title: key, description: key, url: '' };
    case 'subscribe':
    case 'unsubscribe':
      return { kind: 'event', event: kind, ...pushed, eventKey: '' };
    case 'scan':
      return { kind: 'event', event: 'SCAN', ...pushed, eventKey: key, ticket: '' };
    case 'click':
      return { kind: 'event', event: 'CLICK', ...pushed, eventKey: key };
    case 'view':
      return { kind: 'event', event: 'VIEW', ...pushed, eventKey: key };
    case 'job-finish':
      return { kind: 'event', event: 'TEMPLATESENDJOBFINISH', ...pushed, msgId: '', status: 'success' };
    default:
      return unreachable(kind);
  }
}
