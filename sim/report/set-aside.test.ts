/** A gate that could not be judged is seen wherever gates are. */
import { expect, it } from 'vitest';
import { renderAnnotations } from './annotations.js';
import { setAsideDocument } from './golden/document-variants.js';
import { renderHtml } from './html.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';
import { renderTerminal } from './terminal.js';

const plain = { colour: false, reportPath: null };

it('beside gates that held', () => {
  const document = setAsideDocument(1);
  const terminal = renderTerminal(document, plain);
  expect(terminal).toMatch(/^GATES +1 of 1 held, 2 set aside$/m);
  expect(terminal).toMatch(/^ {2}- back soon \.+ not judged$/m);
  expect(renderMarkdown(document)).toContain('### Gates: 1 of 1 held, 2 set aside');
  expect(renderMarkdown(document)).toMatch(/\| ▫️ \| back soon<br>`recovery < 1s` \| not judged: the fault/);
  expect(renderJunit(document)).toContain('failures="0" errors="0" skipped="2"');
  expect(renderJunit(document)).toMatch(/<testcase [^>]*name="back soon"[^>]*>\s*<skipped message="not judged, /);
  expect(renderHtml(document)).toContain('所问的故障不会在他人的系统上执行');
  expect(renderAnnotations(document)).toMatch(/^::warning title=peakday floraland%3A gates set aside::back soon \(/);
});

it('and fails where it is all of them', () => {
  const document = setAsideDocument(0);
  expect(renderTerminal(document, plain)).toMatch(/^GATES +0 of 2 judged, 2 set aside$/m);
  expect(renderMarkdown(document)).toContain('### Gates: 0 of 2 judged, 2 set aside');
  expect(renderJunit(document)).toContain('failures="1" errors="0" skipped="2"');
  expect(renderHtml(document)).not.toContain('declares no gates');
  expect(renderAnnotations(document)).toMatch(/^::error [^\n]*::none of the gates could be judged: back soon/);
});
