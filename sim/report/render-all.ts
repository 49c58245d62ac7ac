/** Every file of a run folder that is a rendering of the document, by its name. */
import type { ReportDocument } from './document.js';
import { renderHtml } from './html.js';
import { renderJunit } from './junit.js';
import { renderMarkdown } from './markdown.js';

export function renderAll(document: ReportDocument): Record<string, string> {
  return {
    'summary.json': `${JSON.stringify(document.summary, null, 2)}\n`,
    'series.json': `${JSON.stringify(document.charts)}\n`,
    'summary.md': renderMarkdown(document),
    'junit.xml': renderJunit(document),
    'report.html': renderHtml(document),
  };
}
