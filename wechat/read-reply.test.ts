import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReply } from './read-reply.js';
import type { Reply } from './reply.js';
import { writeReply } from './write-reply.js';

const addressed = { toUserName: 'fan', fromUserName: 'gh_1', createTime: 1_679_979_471 };
const textReply: Reply = { kind: 'text', ...addressed, content: '您好' };
const text = writeReply(textReply);
const article = { title: 't', description: 'd', picUrl: 'p', url: 'u' };
const news = (articles: number) =>
  writeReply({ kind: 'news', ...addressed, articles: Array.from({ length: articles }, () => article) });

function reasonOf(body: string): string {
  const read = readReply(body);
  return read.kind === 'malformed' ? read.reason : read.kind;
}

describe('readReply takes as acknowledged', () => {
  it.each(['success', '', ' ', '\r\n\t'])('%j', (body) => {
    expect(readReply(body)).toEqual({ kind: 'acknowledged' });
  });

  it.each(['SUCCESS', 'success\n', ' success', '"success"', 'ok', '\u00a0', '\ufeff'])('not %j', (body) => {
    expect(readReply(body).kind).toBe('malformed');
  });
});

describe('readReply tolerates', () => {
  it.each([
    ['CDATA', text],
    ['no CDATA', text.replaceAll('<![CDATA[', '').replaceAll(']]>', '')],
    ['split CDATA', text.replace('您好', '您]]><![CDATA[好')],
    ['CDATA among text', text.replace('<![CDATA[您好]]>', '您<![CDATA[好]]>')],
    ['numeric references', text.replace('<![CDATA[您好]]>', '&#x60A8;&#22909;')],
    ['numbers in CDATA', text.replace('1679979471', '<![CDATA[1679979471]]>')],
    ['indentation and CRLF', text.replaceAll('\n', '\r\n    ')],
    ['a declaration and a byte order mark', `\ufeff<?xml version="1.0" encoding="utf-8"?>\n${text}`],
    ['comments', text.replace('<MsgType>', '<!-- kind --><MsgType>')],
    ['unknown fields', text.replace('</xml>', '<FuncFlag>0</FuncFlag></xml>')],
    ['attributes', text.replace('<xml>', '<xml xmlns="urn:x">')],
    [
      'another order',
      text.replace(/(<Content>.*<\/Content>)\n(<\/xml>)/, '$2').replace('<xml>', '<xml><Content>您好</Content>'),
    ],
  ])('%s', (_, body) => {
    expect(readReply(body)).toStrictEqual({ kind: 'reply', reply: textReply });
  });

  it('a CreateTime in milliseconds, as it was sent', () => {
    const read = readReply(text.replace('1679979471', '1679979471123'));
    expect(read).toStrictEqual({ kind: 'reply', reply: { ...textReply, createTime: 1_679_979_471_123 } });
  });

  it('text of exactly 2,048 bytes', () => {
    const content = `${'快'.repeat(682)}xx`;
    expect(readReply(writeReply({ ...textReply, content })).kind).toBe('reply');
  });

  it('one to eight articles', () => {
    for (const articles of [1, 2, 8]) expect(readReply(news(articles)).kind).toBe('reply');
  });

  it('an article with no more than a title', () => {
    const read = readReply(news(1).replace(/<Description>.*<\/Url>/s, ''));
    const reply = { kind: 'news', ...addressed, articles: [{ title: 't', description: '', picUrl: '', url: '' }] };
    expect(read).toStrictEqual({ kind: 'reply', reply });
  });
});

describe('readReply takes as malformed, with the reason', () => {
  const image = writeReply({ kind: 'image', ...addressed, mediaId: 'm' });
  it.each([
    ['empty Content', text.replace('您好', ''), /^Content is empty, which acknowledges nothing/],
    ['no Content', text.replace(/<Content>.*<\/Content>/, ''), /^Content is missing$/],
    [
      'a byte too many',
      writeReply({ ...textReply, content: 'x'.repeat(2_049) }),
      /^Content has 2049 bytes, over the limit of 2048$/,
    ],
    ['too many Chinese bytes', writeReply({ ...textReply, content: '快'.repeat(683) }), /^Content has 2049 bytes/],
    ['no receiver', text.replace(/<ToUserName>.*<\/ToUserName>/, ''), /^ToUserName is missing$/],
    ['an empty receiver', text.replace('fan', ''), /^ToUserName is empty$/],
    ['no sender', text.replace(/<FromUserName>.*<\/FromUserName>/, ''), /^FromUserName is missing$/],
    ['no time', text.replace(/<CreateTime>.*<\/CreateTime>/, ''), /^CreateTime is missing$/],
    ['a time that is none', text.replace('1679979471', '12.5'), /^CreateTime is "12.5", not a whole number$/],
    ['no kind', text.replace(/<MsgType>.*<\/MsgType>/, ''), /^MsgType is missing$/],
    ['a kind no reply has', text.replace('[text]', '[link]'), /^MsgType is "link", which no reply has$/],
    ['a picture without its wrapper', image.replaceAll(/<\/?Image>/g, ''), /^Image is missing$/],
    ['no MediaId', image.replace('CDATA[m]', 'CDATA[]'), /^MediaId is empty$/],
    ['nine articles', news(9), /^ArticleCount is 9, not 1 to 8$/],
    ['no articles', news(0), /^ArticleCount is 0, not 1 to 8$/],
    ['a wrong count', news(2).replace('>2<', '>1<'), /^ArticleCount is 1, but there are 2 items$/],
    ['HTML in bare text', text.replace('<![CDATA[您好]]>', '<a href="x">您好</a>'), /^Content holds elements/],
    ['an unescaped ampersand', text.replace('<![CDATA[您好]]>', 'a & b'), /^neither success nor XML: malformed/],
    [
      'a server’s error page',
      '<html><body>502 Bad Gateway</body></html>',
      /^xml is missing: the root element is "html"$/,
    ],
    ['JSON', '{"errcode":0}', /^neither success nor XML: malformed/],
    ['a document type', `<!DOCTYPE xml>${text}`, /^neither success nor XML: doctype/],
    ['too large a body', text + ' '.repeat(70_000), /^neither success nor XML: size/],
  ])('%s', (_, body, reason) => {
    expect(reasonOf(body)).toMatch(reason);
  });
});

describe('readReply never throws', () => {
  it('for arbitrary strings', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (body) => void readReply(body)));
  });

  it('for replies cut short at any byte or with a byte replaced', () => {
    const bytes = Buffer.from(news(2));
    for (let at = 0; at < bytes.length; at += 1) {
      // Cut, it is whole only if what is missing is nothing; empty, it is an acknowledgement.
      expect(readReply(bytes.toString('utf8', 0, at)).kind).toBe(at === 0 ? 'acknowledged' : 'malformed');
      for (const byte of [0, 0x3c, 0x26, 0xff]) {
        const hurt = Buffer.from(bytes);
        hurt[at] = byte;
        readReply(hurt.toString());
      }
    }
  });
});
