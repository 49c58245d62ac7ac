import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_LIMIT_BYTES, DEPTH_LIMIT, ELEMENT_LIMIT } from './limits.js';
import { cdata, escapeText, readXml, XmlError } from './xml.js';

function reasonOf(xml: string): string {
  try {
    readXml(xml);
    return 'accepted';
  } catch (error) {
    if (error instanceof XmlError) return error.reason;
    throw error;
  }
}

const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
const flat = (elements: number) => `<a>${'<b></b>'.repeat(elements - 1)}</a>`;
const long = (bytes: number) => `<a>${'x'.repeat(bytes - 7)}</a>`;

const billionLaughs = `<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i === 0 ? '' : i};`.repeat(10)}">`,
).join('')}]>
<xml><Content>&lol9;</Content></xml>`;

describe('readXml refuses', () => {
  it.each([
    ['billion laughs', billionLaughs, 'doctype'],
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'doctype'],
    ['an empty document type', '<!DOCTYPE a><a/>', 'doctype'],
    ['a nesting of 20,000', nested(20_000), 'size'],
    ['a nesting of 9,000', nested(9_000), 'depth'],
    ['one level too many', nested(DEPTH_LIMIT + 1), 'depth'],
    ['one element too many', flat(ELEMENT_LIMIT + 1), 'elements'],
    ['one self-closing element too many', `<a>${'<b/>'.repeat(ELEMENT_LIMIT)}</a>`, 'elements'],
    ['one byte too many', long(BODY_LIMIT_BYTES + 1), 'size'],
    ['too many bytes in few characters', `<a>${'快'.repeat(22_000)}</a>`, 'size'],
    ['a million numeric references', `<a>${'&#65;'.repeat(1_000_000)}</a>`, 'size'],
    ['two roots', '<a></a><a></a>', 'malformed'],
    ['text before the root', 'x<a></a>', 'malformed'],
    ['text after the root', '<a></a>x', 'malformed'],
    ['CDATA after the root', '<a></a><![CDATA[x]]>', 'malformed'],
    ['an unclosed root', '<a><b></b>', 'malformed'],
    ['an unclosed CDATA', '<a><![CDATA[x]]</a>', 'malformed'],
    ['crossed tags', '<a><b></a></b>', 'malformed'],
    ['a name that starts with a digit', '<a><1>x</1></a>', 'malformed'],
    ['an unknown entity', '<a>&nbsp;</a>', 'malformed'],
    ['an entity named like a property', '<a>&constructor;</a>', 'malformed'],
    ['a bare ampersand', '<a>Tom & Jerry</a>', 'malformed'],
    [']]> in text', '<a>]]></a>', 'malformed'],
    ['a control character', '<a>\u0001</a>', 'malformed'],
    ['a reference to a control character', '<a>&#1;</a>', 'malformed'],
    ['a control character admitted by XML 1.1', '<?xml version="1.1"?><a>&#1;</a>', 'malformed'],
    ['an unpaired surrogate that hides a tag', '<a>\ud800<b/></a>', 'malformed'],
    ['an unpaired low surrogate', '<a>\udc00</a>', 'malformed'],
    ['a repeated attribute', '<a b="1" b="2"></a>', 'malformed'],
    ['a late XML declaration', ' <?xml version="1.0"?><a></a>', 'malformed'],
    ['nothing', '', 'malformed'],
    ['white space', ' \n', 'malformed'],
    ['JSON', '{"a":1}', 'malformed'],
    ['HTML', '<html><body><br></body></html>', 'malformed'],
  ])('%s', (_, xml, reason) => {
    expect(reasonOf(xml)).toBe(reason);
  });
});

describe('readXml accepts', () => {
  it.each([
    ['text', '<a>x y</a>', 'x y'],
    ['CDATA', '<a><![CDATA[<b>&amp;]]></a>', '<b>&amp;'],
    ['split CDATA', '<a><![CDATA[x]]]]><![CDATA[>y]]></a>', 'x]]>y'],
    ['CDATA among text', '<a>x<![CDATA[<]]>y</a>', 'x<y'],
    ['predefined entities', '<a>&lt;&gt;&amp;&quot;&apos;</a>', '<>&"\''],
    ['numeric references', '<a>&#24555;&#x901F;&#x1F600;&#13;</a>', '快速😀\r'],
    ['a comment in text', '<a>x<!-- <b> -->y</a>', 'xy'],
    ['a comment around the root', '<!-- x --><a>y</a><!-- z -->', 'y'],
    ['an XML declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<a>x</a>\n', 'x'],
    ['a byte order mark', '\ufeff<a>x</a>', 'x'],
    ['both', '\ufeff<?xml version="1.0"?><a>x</a>', 'x'],
    ['white space around the root', ' \r\n\t<a>x</a>\r\n', 'x'],
    ['attributes', '<a b="c>" d=\'&lt;\'>x</a>', 'x'],
    ['an empty element', '<a/>', ''],
    ['an unusual name', '<a:快-1>x</a:快-1>', 'x'],
    ['white space in a tag', '<a >x</a\n>', 'x'],
    ['CRLF, as LF', '<a>x\r\ny\rz</a>', 'x\ny\nz'],
  ])('%s', (_, xml, text) => {
    expect(readXml(xml).text).toBe(text);
  });

  it('bodies exactly at the limits', () => {
    expect(reasonOf(nested(DEPTH_LIMIT))).toBe('accepted');
    expect(reasonOf(flat(ELEMENT_LIMIT))).toBe('accepted');
    expect(reasonOf(long(BODY_LIMIT_BYTES))).toBe('accepted');
  });

  it('children in order, without the white space between them', () => {
    const leaf = (name: string, text: string) => ({ name, text, children: [] });
    expect(readXml('<xml> <a>1</a>\n<b><a>2</a></b>x<a>3</a></xml>')).toEqual({
      name: 'xml',
      text: '',
      children: [leaf('a', '1'), { name: 'b', text: '', children: [leaf('a', '2')] }, leaf('a', '3')],
    });
  });
});

/** Any character XML 1.0 admits, the awkward ones more often. */
const legalText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(']', '>', '<', '&', '\r', '\n', '\t', ']]>', '<![CDATA[', '\ufffd', '😀'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter(isLegal),
  ),
  maxLength: 40,
});

function isLegal(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code !== 0xfffe && code !== 0xffff);
}

describe('writing text', () => {
  it('cdata round-trips every legal character', () => {
    fc.assert(
      fc.property(legalText, (text) => {
        expect(readXml(`<a>${cdata(text)}</a>`).text).toBe(text);
      }),
    );
  });

  it('escapeText round-trips every legal character', () => {
    fc.assert(
      fc.property(legalText, (text) => {
        expect(readXml(`<a>${escapeText(text)}</a>`).text).toBe(text);
      }),
    );
  });

  it('both drop what XML cannot carry, and nothing else', () => {
    expect(cdata('a\u0000b\u001fc\ufffed\ud800e\udc00f😀')).toBe('<![CDATA[abcdef😀]]>');
    expect(escapeText('a\u0000b\u001fc\ufffed\ud800e\udc00f😀')).toBe('abcdef😀');
  });

  it('cdata does not let a dropped character join a terminator', () => {
    expect(readXml(`<a>${cdata(']]\u0000><b/>')}</a>`).text).toBe(']]><b/>');
  });

  it('any string at all is readable once written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0xd800, max: 0xdfff }), (text, surrogate) => {
        const hostile = text + String.fromCharCode(surrogate) + text;
        expect(readXml(`<a>${cdata(hostile)}</a>`).text).toBe(readXml(`<a>${escapeText(hostile)}</a>`).text);
      }),
    );
  });
});
