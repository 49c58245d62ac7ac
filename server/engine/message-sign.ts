/** What the account makes of a push: the text that stands for it, and what it says about the fan. */
import type { Inbound } from '../../wechat/inbound.js';

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
    default:
      return message.mediaId;
  }
}

export function kindOfMessage(message: Inbound): string {
  return message.kind === 'event' ? message.event : message.kind;
}

/** Whether the fan did it: not the reports of finished jobs and of desk sessions. */
export function isOfFan(message: Inbound): boolean {
  if (message.kind !== 'event') return true;
  return !/^(?:TEMPLATESENDJOBFINISH|MASSSENDJOBFINISH|kf_)/.test(message.event);
}

/** The scene of a scanned code; undefined: no code. */
export function sceneOf(message: Inbound): string | undefined {
  if (message.kind !== 'event') return undefined;
  if (message.event === 'SCAN') return message.eventKey === '' ? undefined : message.eventKey;
  if (message.event !== 'subscribe') return undefined;
  const prefix = 'qrscene_';
  return message.eventKey.startsWith(prefix) ? message.eventKey.slice(prefix.length) : undefined;
}
