import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import type { ReportDocument } from './document.js';
import { emptyDocument, hostileDocument, invalidDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { expectGolden } from './golden/golden-file.js';
import { renderJunit } from './junit.js';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function elementsOf(document: ReportDocument): Element[] {
  const elements: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => void elements.push({ name, attributes }));
  parser.write(renderJunit(document)).close();
  return elements;
}

const named = (elements: readonly Element[], name: string) => elements.filter((element) => element.name === name);

it('looks like the golden file', () => {
  expectGolden('junit.xml', renderJunit(floralandDocument()));
});

it('has a case for each gate, the instrument and the audit', () => {
  const elements = elementsOf(floralandDocument());
  expect(named(elements, 'testcase')).toHaveLength(6 + 2);
  expect(named(elements, 'testsuite')[0]?.attributes).toMatchObject({ tests: '8', failures: '1', errors: '0' });
  expect(named(elements, 'failure')[0]?.attributes.message).toBe('observed 500, limit wrong == 0');
  const properties = Object.fromEntries(
    named(elements, 'property').map(({ attributes }) => [attributes.name, attributes.value]),
  );
  expect(properties).toMatchObject({
    seed: '20130507',
    speed: '144',
    planDigest: 'c0a7f1f5b39e4dd28a62',
    node: '20.19.4',
  });
});

it('makes an invalid instrument an error and judges no gate', () => {
  const elements = elementsOf(invalidDocument());
  expect(named(elements, 'error')[0]?.attributes.message).toContain('INVALID: send lag p99 was 912ms');
  expect(named(elements, 'skipped')).toHaveLength(6);
  expect(named(elements, 'failure')).toHaveLength(0);
});

it('makes an interrupted run an error', () => {
  const document = floralandDocument({ verdict: { status: 'interrupted', exitCode: 105, reasons: [] } });
  expect(named(elementsOf(document), 'error')[0]?.attributes.message).toContain('interrupted');
});

it('makes a report that is not whole an error', () => {
  const reasons = ['The report is not whole: report.html could not be written: no space left on the device.'];
  const document = floralandDocument({ verdict: { status: 'fail', exitCode: 1, reasons } });
  expect(named(elementsOf(document), 'error')[0]?.attributes.message).toContain('no space left');
});

it('stays XML whatever a user wrote', () => {
  const elements = elementsOf(hostileDocument());
  expect(named(elements, 'testcase')[0]?.attributes.name).toBe('<script>alert(1)</script>|"\',:%\n');
  const { summary, charts } = hostileDocument();
  const broken = [{ name: 'half \ud83d pair \u0000 \ufffe', expression: '', value: 0, shown: '', pass: true }];
  expect(named(elementsOf({ charts, summary: { ...summary, gates: broken } }), 'testcase')[0]?.attributes.name).toBe(
    'half \ufffd pair \ufffd \ufffd',
  );
  expect(named(elementsOf(emptyDocument()), 'testcase')).toHaveLength(2);
});
