import { expect, it } from 'vitest';
import { formatLatency, formatPart, formatRate } from './figures.js';
import { emptyDocument, stoppedDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import { tellStory } from './story.js';
import { renderTerminal } from './terminal.js';

it('tells the day in one sentence, in both languages', () => {
  const { en, zh } = tellStory(floralandDocument().summary);
  expect(en).toContain('500 fans got a wrong reply between 14:55 and 15:15; 690 got no reply at all');
  expect(zh).toContain('14:55 至 15:15 之间有 500 位粉丝收到错误回复');
});

it('of a run that was stopped counts what was played, as its gates do', () => {
  const document = stoppedDocument();
  const { en, zh } = tellStory(document.summary);
  expect(en).toMatch(
    /^3,600 of 10,000 messages were played before the run was stopped, up to .*: 100% of them answered/,
  );
  expect(en).not.toContain('never sent');
  expect(zh).toMatch(/^运行中断前执行了 10,000 条消息中的 3,600 条/);
  const terminal = renderTerminal(document, { colour: false, reportPath: null });
  expect(terminal).toMatch(/^GATES +1 of 1 held, of what was played$/m);
  expect(terminal).toMatch(/^ {2}answered +3,600 +100%$/m);
  expect(terminal).toMatch(/^ {2}unsent +6,400 +– +interrupted 6,400$/m);
  const shown = [
    terminal,
    renderMarkdown(document),
    renderHtml(document).slice(0, renderHtml(document).indexOf('id="groups"')),
  ];
  for (const each of shown) expect(each).not.toMatch(/36%|64%/);
});

it('does not call somebody else’s reply wrong', () => {
  const { summary } = floralandDocument();
  const windows = (wrong: number, misaddressed: number) =>
    tellStory({ ...summary, errorWindows: summary.errorWindows.map((each) => ({ ...each, wrong, misaddressed })) });
  expect(windows(200, 300).en).toContain('got a wrong or somebody else’s reply between');
  expect(windows(200, 300).zh).toContain('位粉丝收到错误或他人的回复');
  expect(windows(0, 500).en).toContain('500 fans got somebody else’s reply between');
});

it('does not forget what was wrong outside the error windows', () => {
  const { summary } = floralandDocument();
  const [window] = summary.errorWindows;
  const told = (wrong: number) =>
    tellStory({ ...summary, outcomes: { ...summary.outcomes, wrong }, errorWindows: [{ ...window!, wrong: 500 }] });
  expect(told(500).en).not.toContain('at other times');
  expect(told(527).en).toContain('15:15, and 27 more replies were wrong at other times;');
  expect(told(527).zh).toContain('其他时间另有 27 条错误回复');
});

it('tells of messages that people did not get to, and of none when they did', () => {
  const { summary } = floralandDocument();
  const told = (answered: number, evicted: number, waiting: number) => {
    const messages = {
      ...{ asked: answered + evicted + waiting, answered, evicted, waiting },
      ...{ waitingPeak: 9, waitingPeakAt: '20:01', oldestAgeS: null, waitP50S: 1, waitP90S: 2, waitMaxS: 3 },
    };
    const inbox = { capacity: 40_000, entered: 1, overwritten: 0, turnoverS: null };
    return tellStory({ ...summary, desk: { people: 2, occupancy: 1, inbox, messages } });
  };
  const { en, zh } = told(4_050, 448_347, 19_056);
  expect(en).toContain(
    '; of 471,453 messages for people 4,050 (0.86%) were answered, 448,347 overwritten unread, 19,056 still waiting at the close',
  );
  expect(zh).toContain(
    '；待人工的 471,453 条消息中已答 4,050 条（0.86%），未读即被覆盖 448,347 条，收班时仍在等 19,056 条',
  );
  const messages = {
    ...{ asked: 659, answered: 623, answeredAfterEnd: 52, evicted: 36, evictedAfterEnd: 12, waiting: 0 },
    ...{ waitingPeak: 9, waitingPeakAt: '20:01', oldestAgeS: null, waitP50S: 1, waitP90S: 2, waitMaxS: 3 },
  };
  const inbox = { capacity: 40_000, entered: 1, overwritten: 0, turnoverS: null };
  const backlog = { ...summary.backlog, evicted: 24 };
  const givenUp = tellStory({ ...summary, backlog, desk: { people: 2, occupancy: 1, inbox, messages } });
  expect(givenUp.en).toContain(
    'of 659 messages for people 571 (86.65%) were answered, 52 more after the platform had given them up, 36 overwritten unread',
  );
  expect(givenUp.en).not.toContain('pushed out');
  expect(givenUp.zh).toContain('已答 571 条（86.65%），另有 52 条在平台放弃之后才答，未读即被覆盖 36 条');
  expect(told(90, 0, 10).en).toContain('(90%) were answered, 10 still waiting at the close');
  expect(told(95, 0, 5).en).not.toContain('for people');
  expect(told(0, 0, 0).en).not.toContain('for people');
});

it('says only what happened', () => {
  const { summary } = emptyDocument();
  expect(tellStory(summary).en).toBe('0 messages, up to 0/s: – answered in time.');
  const undrained = floralandDocument({ backlog: { peak: 9, peakAtS: 1, peakAt: '20:01', drainS: null, evicted: 3 } });
  expect(tellStory(undrained.summary).en).toMatch(/peaked at 9 at 20:01 and was not worked off.*; 3 were pushed out/);
});

it('never calls nearly all all', () => {
  expect(formatPart(999_999, 1_000_000)).toBe('>99.99%');
  expect(formatPart(1_000_000, 1_000_000)).toBe('100%');
  expect(formatPart(1, 1_000_000)).toBe('0.0001%');
});

it('writes never, and a dash for nothing', () => {
  const latency = { count: 2, never: 2, p50: null, p90: null, p95: null, p99: null, p999: null, max: 0, mean: 0 };
  expect(formatLatency(latency, 'p50')).toBe('never');
  expect(formatLatency(latency, 'max')).toBe('–');
  expect(formatLatency({ ...latency, count: 0, never: 0 }, 'p50')).toBe('–');
});

it.each([
  [0, '0/s'],
  [0.000833, '0.00083/s'],
  [917 / 3_600, '0.25/s'],
  [812.4, '812/s'],
])('keeps two digits of a low rate: %d', (perS, shown) => expect(formatRate(perS)).toBe(shown));
