import { describe, expect, it } from 'vitest';
import { WireError } from './element.js';
import { capturedPush, sampleEvents, sampleMessages, samples } from './inbound-samples.js';
import { readInbound } from './read-inbound.js';
import { writeInbound } from './write-inbound.js';
import { XmlError } from './xml.js';

function errorOf(xml: string): WireError | XmlError {
  try {
    readInbound(xml);
  } catch (error) {
    if (error instanceof WireError || error instanceof XmlError) return error;
    throw error;
  }
  throw new Error(`accepted: ${xml}`);
}

describe('readInbound', () => {
  it('reads the captured push', () => {
    expect(readInbound(capturedPush)).toStrictEqual(sampleMessages.text);
  });

  it('reads it without CDATA, with comments, a declaration, CRLF and unknown fields', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\r
<xml>\r
  <ToUserName>gh_7e79f322efe2</ToUserName><!-- new --><Encrypt><b/></Encrypt>\r
  <FromUserName>osRxAs1NM8hTkWrVlAwYajNjZrYw</FromUserName>\r
  <CreateTime> 1679979471\r\n</CreateTime>\r
  <MsgType> text </MsgType>\r
  <Content>&#24555;速排序</Content>\r
  <MsgId>24051524690104385</MsgId>\r
</xml>`;
    expect(readInbound(xml)).toStrictEqual(sampleMessages.text);
  });

  it('reads an unfollow without its empty EventKey', () => {
    const xml = writeInbound(sampleEvents.unsubscribe).replace(/<EventKey>.*<\/EventKey>\n/, '');
    expect(readInbound(xml)).toStrictEqual(sampleEvents.unsubscribe);
  });

  it('tells an empty recognition from none', () => {
    const { recognition: _, ...silent } = sampleMessages.voice;
    expect(readInbound(writeInbound(silent))).toStrictEqual(silent);
    expect(readInbound(writeInbound({ ...silent, recognition: '' }))).toStrictEqual({ ...silent, recognition: '' });
  });

  const text = capturedPush;
  const location = writeInbound(sampleMessages.location);
  it.each([
    ['a missing sender', text.replace(/<FromUserName>.*<\/FromUserName>/, ''), 'FromUserName is missing'],
    ['an empty sender', text.replace('osRxAs1NM8hTkWrVlAwYajNjZrYw', ''), 'FromUserName is empty'],
    ['a sender twice', text.replace(/<FromUserName>.*<\/FromUserName>/, '$&$&'), 'FromUserName appears twice'],
    ['a missing MsgId', text.replace(/<MsgId>.*<\/MsgId>/, ''), 'MsgId is missing'],
    ['a MsgId that is none', text.replace('24051524690104385', '2.4e16'), 'MsgId is "2.4e16", not decimal digits'],
    ['a bad time', text.replace('1679979471', '0x10'), 'CreateTime is "0x10", not a whole number'],
    [
      'a time beyond 2^53',
      text.replace('1679979471', '9007199254740993'),
      'CreateTime is "9007199254740993", not a whole number',
    ],
    ['a bad latitude', location.replace('23.134521', 'NaN'), 'Location_X is "NaN", not a number'],
    ['an infinite latitude', location.replace('23.134521', '1e999'), 'Location_X is "1e999", not a number'],
    ['a MsgType that is no name', text.replace('[text]', '[a b]'), 'MsgType is "a b", which can be no name'],
    [
      'an Event that is no name',
      writeInbound(sampleEvents.CLICK).replace('[CLICK]', '[点击]'),
      'Event is "点击", which can be no name',
    ],
    ['an unknown kind without MsgId', text.replace('[text]', '[file]').replace(/<MsgId>.*/, ''), 'MsgId is missing'],
    ['an event without one', writeInbound(sampleEvents.CLICK).replace(/<Event>.*<\/Event>/, ''), 'Event is missing'],
    [
      'elements for text',
      text.replace('<![CDATA[快速排序]]>', 'a<b>c</b>'),
      'Content holds elements where text was expected',
    ],
    ['missing details', writeInbound(sampleEvents.pic_weixin).replaceAll('PicList', 'Pics'), 'PicList is missing'],
    ['another root', '<html></html>', 'xml is missing: the root element is "html"'],
  ])('refuses %s, naming the field', (_, xml, message) => {
    const error = errorOf(xml);
    expect(error).toBeInstanceOf(WireError);
    expect(error.message).toBe(message);
    expect(error.message.startsWith((error as WireError).field)).toBe(true);
  });

  it('takes kinds of messages and events that nobody here knows, with what they hold left out', () => {
    const { content: _, ...written } = sampleMessages.text;
    for (const name of ['file', 'miniprogrampage', '__proto__', 'unknown']) {
      const xml = capturedPush.replace('[text]', `[${name}]`).replace('<Content>', '<Title>a</Title><Content>');
      expect(readInbound(xml)).toStrictEqual({ ...written, kind: 'unknown', name });
    }
    const { toUserName, fromUserName, createTimeS } = sampleMessages.text;
    const push = (event: string, more: string) =>
      `<xml><ToUserName>${toUserName}</ToUserName><FromUserName>${fromUserName}</FromUserName>
<CreateTime>${createTimeS}</CreateTime><MsgType>event</MsgType><Event>${event}</Event>${more}</xml>`;
    const list = '<List><TemplateId>a</TemplateId></List>';
    for (const [name, more, eventKey] of [
      ['view_miniprogram', '<EventKey>pages/index</EventKey><MenuId>123</MenuId>', 'pages/index'],
      ['subscribe_msg_popup_event', `<SubscribeMsgPopupEvent>${list}${list}</SubscribeMsgPopupEvent>`, ''],
      ['PUBLISHJOBFINISH', '<PublishEventInfo><publish_id>1</publish_id></PublishEventInfo>', ''],
      ['user_authorization_revoke', '<RevokeInfo>201</RevokeInfo>', ''],
    ] as const) {
      const event = { kind: 'event', event: 'unknown', name, eventKey, toUserName, fromUserName, createTimeS };
      expect(readInbound(push(name, more))).toStrictEqual(event);
    }
  });

  it('quotes no more than a little of what it refuses', () => {
    expect(errorOf(capturedPush.replace('[text]', `[${'x'.repeat(10_000)}]`)).message.length).toBeLessThan(100);
  });

  it('refuses every push cut short, at any byte, with an error of its own', () => {
    for (const xml of samples.map(writeInbound)) {
      const bytes = Buffer.from(xml);
      for (let end = 0; end < bytes.length; end += 1) errorOf(bytes.toString('utf8', 0, end));
    }
  });
});
