import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samples } from './inbound-samples.js';
import { readPlainXml } from './plain-xml.js';
import { writeInbound } from './write-inbound.js';
import { cdata, readStrictXml, readXml, XmlError } from './xml.js';

const fragments = [
  ...[
    '<a>',
    '</a>',
    '<b1>',
    '</b1>',
    '<xml>',
    '</xml>',
    '<a/>',
    '</a >',
    '<a c="d">',
    '<a-b>',
    '<1>x</1>',
    '</>',
    '<>',
  ],
  ...['<![CDATA[', ']]>', ']]', '<!--', '-->', '<!', '<?pi x?>', '<?xml version="1.0"?>', '<!DOCTYPE a>', '<!DOCTYPE'],
  ...['&amp;', '&#65;', '&', ';', '<', '>', '/', '"', 'x', '快', '😀', ' ', '\n', '\t', '\r', '\r\n'],
  ...['\ufeff', '\u0001', '\ufffe', '\ud800', '\udc00', '\u0085', '\u00a0', '\u2028'],
];

/** Soup of markup, some of it well-formed by luck. */
const soup = fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((parts) => `<a>${parts.join('')}</a>`);

/** A real push with up to three wounds: a fragment put in, a span cut out. */
const wounded = fc
  .tuple(
    fc.constantFrom(...samples.map(writeInbound)),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 8 }), fc.constantFrom('', ...fragments)), { maxLength: 3 }),
  )
  .map(([xml, wounds]) =>
    wounds.reduce((text, [place, cut, fragment]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + fragment + text.slice(at + cut);
    }, xml),
  );

const leafText = fc.oneof(
  fc.string({ unit: fc.constantFrom('x', '快', '😀', ' ', '\n', ']', '"', '\u00a0') }),
  fc.string({ unit: 'binary' }).map((text) => cdata(text.replaceAll('\r', ''))),
);

/** Trees in the plain style, within the limits. */
const plainTree = fc.letrec<{ node: string }>((tie) => ({
  node: fc
    .tuple(
      fc.constantFrom('a', 'B_c', 'Location_X', '_9'),
      fc.oneof(
        { depthSize: 'small', maxDepth: 5 },
        fc.array(leafText, { maxLength: 3 }).map((parts) => parts.join('')),
        fc.array(tie('node'), { maxLength: 3 }).map((nodes) => nodes.join('\n')),
      ),
    )
    .map(([name, inner]) => `<${name}>${inner}</${name}>`),
})).node;

function outcomeOf(read: (xml: string) => unknown, xml: string): unknown {
  try {
    return read(xml);
  } catch (error) {
    if (error instanceof XmlError) return error.reason;
    throw error;
  }
}

describe('readPlainXml', () => {
  it('accepts nothing the strict reader refuses, and reads the same tree', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(soup, wounded), (xml) => {
        const plain = readPlainXml(xml);
        if (plain !== undefined) {
          accepted += 1;
          expect(readStrictXml(xml)).toEqual(plain);
        }
        expect(outcomeOf(readXml, xml)).toEqual(outcomeOf(readStrictXml, xml));
      }),
      { numRuns: 5_000 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it('does not give up on the plain style', () => {
    fc.assert(
      fc.property(plainTree, (xml) => {
        expect(readPlainXml(xml)).toEqual(readStrictXml(xml));
      }),
      { numRuns: 500 },
    );
  });

  it('does not give up on any push of ours', () => {
    for (const xml of samples.map(writeInbound)) expect(readPlainXml(xml)).toEqual(readStrictXml(xml));
  });
});
