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

  it('says in words that no percentile has a number, where a picture would be empty', () => {
    const { summary, charts } = floralandDocument();
    const never = charts.series.p50.map(() => null);
    const series = { ...charts.series, p50: never, p95: never, p99: never };
    const html = renderHtml({ summary, charts: { ...charts, series } });
    expect(html).toContain(label.allNever.en);
    expect(html).not.toContain('data-chart="response"');
    expect(renderHtml(floralandDocument())).not.toContain(label.allNever.en);
    expect(renderHtml(floralandDocument())).toContain('data-chart="response"');
  });

  it('has lines for failed posts, notices and hooks only where there were some', () => {
    const words = [label.failedPosts, label.notices, label.malformed, label.hooks, label.groups].map(({ en }) => en);
    for (const each of words) {
      expect(renderHtml(floralandDocument())).toContain(each);
      expect(renderHtml(emptyDocument())).not.toContain(`>${each}<`);
    }
    expect(renderHtml(floralandDocument())).toContain('deployment not found');
    expect(renderHtml(floralandDocument())).toContain('"type":"hook","name":{"en":"restart the replies: exit 1"');
  });

  it('shows first posts and retries apart where there were some', () => {
    const { summary, charts } = floralandDocument();
    expect(renderHtml({ summary, charts })).not.toContain('class="retried"');
    const distribution = charts.distribution.map((bar, i) => {
      const retried = i === 20 ? Math.ceil(bar.count / 4) : 0;
      return { ...bar, firstPost: bar.count - retried, retried };
    });
    const p99Retried = charts.series.p99.map((_, i) => (i === 5 ? 5_200 : null));
    const html = renderHtml({ summary, charts: { ...charts, distribution, series: { ...charts.series, p99Retried } } });
    const { count, retried, firstPost } = distribution[20]!;
    expect(html.match(/class="retried"/g)).toHaveLength(1);
    expect(html).toContain(`${count.toLocaleString('en-US')}; posted again ${retried.toLocaleString('en-US')}</title>`);
    expect(html).toContain(label.distributionRetried.en);
    expect(html).toContain(`<td class="n">${firstPost.toLocaleString('en-US')}</td>`);
    expect(html).toContain(label.p99Retried.en);
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
