import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply } from './read-reply.js';
import { type Reply, replyKinds } from './reply.js';
import { writeReply } from './write-reply.js';

const addressed = { toUserName: 'fan', fromUserName: 'gh_1', createTime: 1_679_979_471 };

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const exact = { noNullPrototype: true } as const;
const optional = { ...exact, requiredKeys: [] };
const filled = fc.record({ toUserName: text, fromUserName: text, createTime: fc.maxSafeNat(), mediaId: text }, exact);
const caption = fc.record({ title: text, description: text }, optional);

const reply: fc.Arbitrary<Reply> = filled.chain(({ mediaId, ...to }) =>
  fc.oneof(
    text.map((content): Reply => ({ kind: 'text', ...to, content })),
    fc.constantFrom('image' as const, 'voice' as const).map((kind): Reply => ({ kind, ...to, mediaId })),
    caption.map((shown): Reply => ({ kind: 'video', ...to, mediaId, ...shown })),
    fc
      .tuple(caption, fc.record({ musicUrl: text, hqMusicUrl: text }, optional))
      .map(([shown, urls]): Reply => ({ kind: 'music', ...to, ...shown, ...urls, thumbMediaId: mediaId })),
    fc
      .array(fc.record({ title: text, description: fc.string(), picUrl: text, url: text }, exact), {
        minLength: 1,
        maxLength: 8,
      })
      .map((articles): Reply => ({ kind: 'news', ...to, articles })),
    fc
      .record({ kfAccount: text }, optional)
      .map((desk): Reply => ({ kind: 'transfer_customer_service', ...to, ...desk })),
  ),
);

describe('writeReply', () => {
  it('writes CDATA and bare numbers', () => {
    expect(
      writeReply({ kind: 'text', ...addressed, content: '<您好>' }),
    ).toBe(`<xml><ToUserName><![CDATA[fan]]></ToUserName>
<FromUserName><![CDATA[gh_1]]></FromUserName>
<CreateTime>1679979471</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[<您好>]]></Content>
</xml>`);
  });

  it('every kind is read back as it was, whatever its texts', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(reply, (written) => {
        seen.add(written.kind);
        expect(readReply(writeReply(written))).toStrictEqual({ kind: 'reply', reply: written });
      }),
      { numRuns: 1_000 },
    );
    expect([...seen].sort()).toEqual([...replyKinds].sort());
  });
});
