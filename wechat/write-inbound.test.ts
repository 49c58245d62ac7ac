import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inbound } from './inbound.js';
import { capturedPush, sampleEvents, sampleMessages, samples } from './inbound-samples.js';
import { readInbound } from './read-inbound.js';
import { writeInbound } from './write-inbound.js';

const freeText = fc
  .string({
    unit: fc.oneof(fc.constantFrom(']]>', '\r', '<', '&', '😀'), fc.string({ unit: 'grapheme', maxLength: 1 })),
  })
  // What XML cannot carry is dropped; `cdata`'s own tests hold that.
  .filter((text) => !/[^\t\n\r\x20-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text));

const wireNames = new Set(['name', 'kind', 'event', 'msgId', 'menuId']);

/** The sample with every text but ids and names replaced by arbitrary ones, and every number by another. */
function varied(value: unknown, texts: Iterator<string>, key = ''): unknown {
  if (typeof value === 'string') {
    return wireNames.has(key) ? value : `${texts.next().value}${key.endsWith('UserName') ? '-' : ''}`;
  }
  if (Array.isArray(value)) return value.map((item) => varied(item, texts));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, varied(item, texts, name)]));
  }
  return value;
}

describe('writeInbound', () => {
  it('writes the captured push byte for byte', () => {
    expect(writeInbound(readInbound(capturedPush))).toBe(capturedPush);
  });

  it('writes events in the same form', () => {
    expect(writeInbound(sampleEvents.pic_weixin)).toBe(`<xml><ToUserName><![CDATA[gh_7e79f322efe2]]></ToUserName>
<FromUserName><![CDATA[osRxAs1NM8hTkWrVlAwYajNjZrYw]]></FromUserName>
<CreateTime>1679979471</CreateTime>
<MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[pic_weixin]]></Event>
<EventKey><![CDATA[6]]></EventKey>
<SendPicsInfo><Count>2</Count>
<PicList><item><PicMd5Sum><![CDATA[1b5f7c23b5bf75682a53e7b6d163e185]]></PicMd5Sum>
</item>
<item><PicMd5Sum><![CDATA[5a75aaca]]></PicMd5Sum>
</item>
</PicList>
</SendPicsInfo>
</xml>`);
  });

  it.each(Object.entries({ ...sampleMessages, ...sampleEvents }))('%s is read back as it was', (_, sample) => {
    expect(readInbound(writeInbound(sample))).toStrictEqual(sample);
  });

  it('every kind is read back as it was, whatever its texts', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.infiniteStream(freeText), (sample, texts) => {
        const message = varied(sample, texts) as Inbound;
        expect(readInbound(writeInbound(message))).toStrictEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  it('every finite place is read back as it was', () => {
    const degrees = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    fc.assert(
      fc.property(degrees, degrees, degrees, (locationX, locationY, scale) => {
        const message = { ...sampleMessages.location, locationX, locationY, scale };
        expect(readInbound(writeInbound(message))).toEqual(message);
      }),
    );
  });
});
