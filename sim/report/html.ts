/**
 * report.html: one file, no network, no outside script. The content security policy names the exact scripts and styles by
 * their hashes, so that nothing a scenario's author or a target wrote can run.
 */
import { createHash } from 'node:crypto';
import type { ReportDocument } from './document.js';
import { background } from './html-background.js';
import { chartPayload, chartsSection } from './html-charts.js';
import { distributionSection, endsSection, latencySection } from './html-figures.js';
import { groupsSection } from './html-groups.js';
import { overview } from './html-overview.js';
import { predictionSection } from './html-prediction.js';
import { reportScript } from './html-script.js';
import { reportStyle } from './html-style.js';
import { escapeHtml } from './markup.js';
import { statusText } from './text.js';
import { uplotAssets } from './uplot-assets.js';

export function renderHtml(document: ReportDocument): string {
  const { scenario, verdict } = document.summary;
  const uplot = uplotAssets();
  const styles = [uplot.style, reportStyle];
  const scripts = [uplot.script, reportScript];
  const policy = [
    "default-src 'none'",
    `style-src ${styles.map(hashSource).join(' ')}`,
    `script-src ${scripts.map(hashSource).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="generator" content="peakday">
<title>${escapeHtml(`${statusText[verdict.status].en}: ${scenario.title}`)}</title>
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>
<main>
${overview(document.summary)}
${endsSection(document.summary)}
${latencySection(document.summary)}
${groupsSection(document.summary)}
${predictionSection(document)}${chartsSection(document)}
${distributionSection(document)}
${background(document)}
</main>
<script type="application/json" id="peakday-data">${chartPayload(document)}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
