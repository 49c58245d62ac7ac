import { expect, it } from 'vitest';
import { renderAnnotations } from './annotations.js';
import { hostileDocument, invalidDocument, passingDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';

it('is one line a failed threshold', () => {
  expect(renderAnnotations(floralandDocument())).toBe(
    '::error title=peakday floraland%3A nobody is misled::observed 500, limit wrong == 0\n',
  );
  expect(renderAnnotations(passingDocument())).toBe('');
});

it('escapes what would end a command', () => {
  const [failed, suspect] = renderAnnotations(hostileDocument()).split('\n');
  expect(failed).toBe(
    '::error title=peakday floraland%3A <script>alert(1)</script>|"\'%2C%3A%25%0A::observed 1, limit wrong == 0',
  );
  expect(suspect).toMatch(/^::warning title=peakday floraland%3A instrument SUSPECT::/);
});

it('speaks of the instrument alone when it was not valid', () => {
  expect(renderAnnotations(invalidDocument())).toMatch(
    /^::error title=peakday floraland%3A instrument INVALID::[^\n]*\n$/,
  );
});

it('keeps to the ten that GitHub shows', () => {
  const gates = Array.from({ length: 25 }, (_, index) => ({
    name: `g${index}`,
    expression: 'wrong == 0',
    value: 1,
    shown: '1',
    pass: false,
  }));
  const lines = renderAnnotations(floralandDocument({ gates })).trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  expect(lines[9]).toContain('and 16 more failed');
});
