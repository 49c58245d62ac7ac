import { describe, expect, it } from 'vitest';
import { emptyDocument, hostileDocument, invalidDocument, passingDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { renderHtml } from './html.js';
import { label, outcomeText } from './text.js';

describe('renderHtml', () => {
  it('is the same bytes for the same document', () => {
    expect(renderHtml(floralandDocument())).toBe(renderHtml(floralandDocument()));
  });

  it('is small, and needs nothing from outside', () => {
    const html = renderHtml(floralandDocument());
    expect(Buffer.byteLength(html)).toBeLessThan(400_000);
    expect(html).not.toMatch(/<(?:link|img|iframe|object|embed)\b/);
    expect(html).not.toMatch(/\b(?:src|srcset|action)="/);
    expect(html).not.toMatch(/\sstyle="/);
    expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual(['affected-fans.csv']);
    expect(html).toMatch(/default-src 'none'; style-src 'sha256-[^"]*; script-src 'sha256-/);
    expect(html).not.toContain('unsafe-inline');
  });

  it('warns of the instrument before the verdict, and then judges no gate', () => {
    const html = renderHtml(invalidDocument());
    const warned = html.indexOf('class="doubt bad"');
    expect(warned).toBeGreaterThan(0);
    expect(warned).toBeLessThan(html.indexOf('class="verdict invalid"'));
    expect(html).not.toContain(label.held.zh);
    expect(renderHtml(floralandDocument())).not.toContain('class="doubt');
  });

  it('escapes everything a user can bring in', () => {
    const html = renderHtml(hostileDocument());
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<svg onload');
    expect(html.match(/<script\b/g)).toHaveLength(3);
    expect(html.match(/<\/script>/g)).toHaveLength(3);
  });

  it('bears a run without a message', () => {
    expect(renderHtml(emptyDocument())).toContain('0 messages');
    expect(renderHtml(passingDocument())).toContain('class="verdict pass"');
  });

  it('has words in both languages for every label', () => {
    for (const { en, zh } of [...Object.values(label), ...Object.values(outcomeText)]) {
      expect(en).not.toBe('');
      expect(zh).not.toBe('');
    }
  });
});
