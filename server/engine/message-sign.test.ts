import { expect, it } from 'vitest';
import type { Inbound } from '../../wechat/inbound.js';
import { kindOfMessage, messageOnRecord, textOfMessage } from './message-sign.js';
import type { MessageRecord } from './record.js';

const pushed = { toUserName: 'gh', fromUserName: 'o1', createTimeS: 5 };
const sent = { ...pushed, msgId: '7' };
const asked: readonly Inbound[] = [
  { ...sent, kind: 'text', content: '几点' },
  { ...sent, kind: 'image', picUrl: 'http://x', mediaId: 'm' },
  { ...sent, kind: 'voice', mediaId: 'm', format: 'amr' },
  { ...sent, kind: 'video', mediaId: 'm', thumbMediaId: 't' },
  { ...sent, kind: 'location', locationX: 30.25, locationY: -120.5, scale: 1, label: 'x' },
  { ...sent, kind: 'link', title: 't', description: 'd', url: 'http://x' },
  { ...pushed, kind: 'event', event: 'CLICK', eventKey: 'MAP' },
];

const recordOf = (message: Inbound): MessageRecord => ({
  seq: 1,
  key: 'k',
  openid: 'o1',
  kind: kindOfMessage(message),
  text: textOfMessage(message),
  atMs: 5_000,
  state: 'taken',
});

it.each(asked)('reads a $kind back from its record, as far as answering goes', (message) => {
  const read = messageOnRecord(recordOf(message))!;
  expect(recordOf(read)).toEqual(recordOf(message));
  expect([read.kind, read.fromUserName, read.createTimeS]).toEqual([message.kind, 'o1', 5]);
  if (message.kind === 'location') expect(read).toMatchObject({ locationX: 30.25, locationY: -120.5 });
});

it('reads nothing from what is never answered', () => {
  expect(messageOnRecord({ ...recordOf(asked[0]!), kind: 'VIEW' })).toBeUndefined();
});
