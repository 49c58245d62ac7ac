import { expect, it } from 'vitest';
import { renderAnnotations } from './annotations.js';
import { floralandDocument } from './golden/floraland-document.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import { tellStory } from './story.js';
import { renderTerminal } from './terminal.js';

const retryStorm = {
  toS: 600,
  messagesPerSecond: 200.4,
  postsPerSecond: 598.6,
  amplification: 2.987,
  amplificationBefore: 1.004,
  provenPerSecond: 212,
  droppedShare: 0.998,
};
const event = {
  type: 'fault',
  startS: 500,
  endS: 502,
  startAt: '20:01',
  endAt: '20:01',
  recoveredS: null,
  tookS: null,
} as const;
const recovery = [
  { ...event, after: 'undisturbed', recoveredS: 502, tookS: 0 },
  { ...event, after: '<stall>', retryStorm: { ...retryStorm, load: 0.44 } },
  { ...event, after: 'the next', retryStorm },
];
const said =
  'the retries alone kept the server overloaded after “<stall>”: 200 messages/s became 599 posts/s (2.99 a message, 1.00 before), and it was seen to answer 212/s, its load of 0.44 × 2.99 posts being 1.31; 99.8% of these messages got no reply, until the end';

it('is told of the first event that retries kept from being recovered from, with its figures', () => {
  const { summary } = floralandDocument({ recovery });
  expect(tellStory(summary).en).toContain(`; ${said}`);
  expect(tellStory(summary).zh).toContain('每秒 200 条消息变成 599 次投递（每条 2.99 次，此前 1.00 次）');
  const elsewhere = floralandDocument({ recovery: recovery.slice(2) }).summary;
  expect(tellStory(elsewhere).en).toContain('seen to answer 212/s; 99.8%');
});

it('stands in every report, and is a warning on GitHub', () => {
  const document = floralandDocument({ recovery });
  const terminal = renderTerminal(document, { colour: false, reportPath: null });
  expect(terminal).toContain('retry storm since <stall>: 200 messages/s, 599 posts/s (×2.99)\n');
  for (const line of terminal.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  expect(renderMarkdown(document)).toContain('- retry storm: the retries alone kept');
  const html = renderHtml(document);
  expect(html).toContain('after “&lt;stall&gt;”: 200 messages/s');
  expect(html).not.toContain('“<stall>');
  expect(renderAnnotations(document)).toContain(`::warning title=peakday floraland%3A retry storm::the retries alone`);
  expect(renderAnnotations(floralandDocument())).not.toContain('storm');
});
