/** What the account makes of a push: the text that stands for it, and what it says about the fan. */
import type { Inbound } from '../../wechat/inbound.js';
import type { MessageRecord } from './record.js';

/** For a message's record: what was written, or what stands for it. */
export function textOfMessage(message: Inbound): string {
  switch (message.kind) {
    case 'text':
      return message.content;
    case 'location':
      return `${message.locationX},${message.locationY}`;
    case 'link':
      return message.url;
    case 'event':
      if (message.event === 'LOCATION') return `${message.latitude},${message.longitude}`;
      return 'eventKey' in message ? message.eventKey : '';
    case 'unknown':
      return '';
    default:
      return message.mediaId;
  }
}

export function kindOfMessage(message: Inbound): string {
  const kind = message.kind === 'event' ? message.event : message.kind;
  return kind === 'unknown' && 'name' in message ? message.name : kind;
}

/** As far as answering goes, the message a record was made of; undefined: nothing is answered to such a one. */
export function messageOnRecord({ openid, kind, text, atMs }: MessageRecord): Inbound | undefined {
  const pushed = { toUserName: '', fromUserName: openid, createTimeS: Math.floor(atMs / 1_000) };
  const sent = { ...pushed, msgId: '' };
  switch (kind) {
    case 'text':
      return { ...sent, kind, content: text };
    case 'image':
      return { ...sent, kind, picUrl: '', mediaId: text };
    case 'voice':
      return { ...sent, kind, mediaId: text, format: '' };
    case 'video':
    case 'shortvideo':
      return { ...sent, kind, mediaId: text, thumbMediaId: '' };
    case 'location': {
      const [locationX = Number.NaN, locationY = Number.NaN] = text.split(',').map(Number);
      return { ...sent, kind, locationX, locationY, scale: 0, label: '' };
    }
    case 'link':
      return { ...sent, kind, title: '', description: '', url: text };
    case 'CLICK':
    case 'subscribe':
      return { ...pushed, kind: 'event', event: kind, eventKey: text };
    default:
      return undefined;
  }
}

/** Of records: what a fan wrote, sent or tapped to be answered; what an inbox for people shows. */
export const shownKinds: readonly string[] = [
  'text',
  'image',
  'voice',
  'video',
  'shortvideo',
  'location',
  'link',
  'CLICK',
];

/** Whether the fan did it: not the reports of finished jobs and of desk sessions, nor what nobody here knows. */
export function isOfFan(message: Inbound): boolean {
  if (message.kind !== 'event') return true;
  return !/^(?:TEMPLATESENDJOBFINISH|MASSSENDJOBFINISH|kf_|unknown$)/.test(message.event);
}

/** The scene of a scanned code; undefined: no code. */
export function sceneOf(message: Inbound): string | undefined {
  if (message.kind !== 'event') return undefined;
  if (message.event === 'SCAN') return message.eventKey === '' ? undefined : message.eventKey;
  if (message.event !== 'subscribe') return undefined;
  const prefix = 'qrscene_';
  return message.eventKey.startsWith(prefix) ? message.eventKey.slice(prefix.length) : undefined;
}
