import { expect, it } from 'vitest';
import { emptyDocument, hostileDocument, invalidDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { expectGolden } from './golden/golden-file.js';
import { renderMarkdown } from './markdown.js';

it('looks like the golden file', () => {
  expectGolden('summary.md.txt', renderMarkdown(floralandDocument()));
});

it('starts with the marker by which a comment is found again', () => {
  expect(renderMarkdown(floralandDocument())).toMatch(/^<!-- peakday:floraland -->\n/);
});

it('warns before all numbers when the instrument was not valid', () => {
  const shown = renderMarkdown(invalidDocument());
  expect(shown.indexOf('**Instrument INVALID**')).toBeLessThan(shown.indexOf('173,734'));
  expect(shown).not.toContain('✅');
});

it('keeps a user’s text from being markup', () => {
  const shown = renderMarkdown(hostileDocument());
  expect(shown).not.toContain('<script');
  expect(shown).not.toContain('<img');
  expect(shown).not.toContain('[x](');
  expect(shown).not.toContain('@team');
});

it('bears a run without messages', () => {
  expect(renderMarkdown(emptyDocument())).toContain('| answered | 0 | – |');
});

it('stays below the size of a comment, whatever comes', () => {
  const { summary } = floralandDocument();
  const long = 'x'.repeat(5_000);
  const many = floralandDocument({
    gates: Array.from({ length: 500 }, () => ({ name: long, expression: long, value: 1, shown: '1', pass: false })),
    errorWindows: Array.from({ length: 500 }, () => summary.errorWindows[0]!),
    verdict: { ...summary.verdict, reasons: Array.from({ length: 500 }, () => long) },
    notes: Array.from({ length: 500 }, () => long),
  });
  expect(Buffer.byteLength(renderMarkdown(many))).toBeLessThan(60_000);
});
