import { describe, expect, it } from 'vitest';
import { decideVerdict } from '../gate/verdict.js';
import { cellsOf, left, wrap } from './column.js';
import { emptyDocument, hostileDocument, invalidDocument, passingDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { expectGolden } from './golden/golden-file.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import { renderTerminal } from './terminal.js';

const plain = { colour: false, reportPath: 'reports/floraland/20260507T021500Z-20130507/report.html' };

describe('renderTerminal', () => {
  it('looks like the golden file', () => {
    expectGolden('terminal.txt', renderTerminal(floralandDocument(), plain));
    expectGolden('terminal-invalid.txt', renderTerminal(invalidDocument(), plain));
  });

  it('has its parts in order, the verdict and the gates first', () => {
    const shown = renderTerminal(floralandDocument(), plain);
    const places = [
      '✗ FAIL',
      'GATES',
      'MESSAGES',
      'LATENCY',
      'RATE',
      'BACKLOG',
      'RECOVERY',
      'ERRORS',
      'INSTRUMENT',
      'NOTES',
      'REPORT',
    ].map((part) => shown.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(renderTerminal(passingDocument(), plain).trimStart()).toMatch(/^✓ PASS/);
  });

  it('says first that the generator could not keep up', () => {
    expect(renderTerminal(invalidDocument(), plain).trimStart()).toMatch(/^! INSTRUMENT INVALID\n.*could not keep up/);
    expect(renderTerminal(invalidDocument(), plain)).toContain('not judged');
  });

  it.each(['SUSPECT', 'INVALID'] as const)('tells once why the instrument is %s', (status) => {
    const { summary } = floralandDocument();
    const instrument = { ...summary.instrument, status, reasons: ['send lag p99 was 912ms, above 20ms'] };
    const { gates, audit } = summary;
    const document = floralandDocument({
      instrument,
      verdict: decideVerdict({ gatesSetAside: [], gates, instrument, audit, interrupted: false }),
    });
    for (const shown of [renderTerminal(document, plain), renderMarkdown(document)]) {
      expect(shown.match(/p99 was 912ms/g)).toHaveLength(1);
      expect(shown).not.toContain('could not do what the scenario asked');
    }
    // At the top, and in its own section far below.
    expect(renderHtml(document).match(/p99 was 912ms/g)).toHaveLength(2);
  });

  it.each([
    ['Floraland', floralandDocument],
    ['invalid', invalidDocument],
    ['hostile', hostileDocument],
    ['empty', emptyDocument],
  ])('fits 100 columns: %s', (_, document) => {
    for (const line of renderTerminal(document(), plain).split('\n'))
      expect(cellsOf(line), line).toBeLessThanOrEqual(100);
  });

  it('lists the heaviest of many events', () => {
    const { summary } = floralandDocument();
    const recovery = Array.from({ length: 300 }, (_, index) => ({
      ...summary.recovery[0]!,
      after: `question ${index}`,
      tookS: index === 250 ? null : index / 100,
    }));
    const shown = renderTerminal(floralandDocument({ recovery }), plain);
    expect(shown.match(/question/g)).toHaveLength(6);
    expect(shown).toMatch(/question 250 .*not recovered/);
    expect(shown).toContain('… and 294 lesser ones');
  });

  it('lets nobody move the cursor', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(renderTerminal(hostileDocument(), plain)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(renderTerminal(floralandDocument(), { ...plain, colour: true })).toContain('\u001b[31m');
  });
});

describe('columns', () => {
  it('counts Chinese characters as two cells', () => {
    expect(cellsOf('国色天乡 ok')).toBe(11);
    expect(left('国色天乡', 7)).toBe('国色天…');
    expect(left('国色', 6)).toBe('国色  ');
  });
  it('wraps words', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('', 7)).toEqual([]);
  });
});
