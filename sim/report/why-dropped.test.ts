import { describe, expect, it } from 'vitest';
import { dropCauses } from '../delivery/end.js';
import type { Summary } from './document.js';
import { floralandDocument } from './golden/floraland-document.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import { outageClause } from './outage-story.js';
import { tellStory } from './story.js';
import { renderTerminal } from './terminal.js';
import { whyDropped } from './why-dropped.js';

const none = Object.fromEntries(dropCauses.map((cause) => [cause, 0])) as Record<(typeof dropCauses)[number], number>;
const noDetail = { deadlineMs: 5_000, attempts: 3, everyPostTimedOut: 0, statuses: [] };

function dropped(causes: Partial<Summary['dropped']>, detail: Partial<Summary['droppedDetail']> = {}): Summary {
  const total = Object.values(causes).reduce((sum, count) => sum + count, 0);
  const { summary } = floralandDocument();
  return {
    ...summary,
    outcomes: { ...summary.outcomes, dropped: total },
    dropped: { ...none, ...causes },
    droppedDetail: { ...noDetail, ...detail },
  };
}
const why = (...given: Parameters<typeof dropped>) => whyDropped(dropped(...given))?.en;

describe('why messages were dropped', () => {
  it('says nothing when none was', () => {
    expect(why({})).toBeUndefined();
  });

  it('says of a slow target what the platform did, and only what is known', () => {
    expect(why({ timeout: 600 }, { everyPostTimedOut: 600 })).toBe(
      '600 got no reply at all: the target took longer than the platform’s deadline of 5s for every post, so all 3 posts of each message were cut',
    );
    expect(why({ timeout: 600 }, { everyPostTimedOut: 599 })).toContain('for the last post of each');
    expect(why({ timeout: 6 }, { everyPostTimedOut: 6, attempts: 1 })).toContain('the platform posts only once');
    expect(why({ timeout: 412, status: 188 }, { everyPostTimedOut: 412 })).toMatch(
      /^600 got no reply at all, 412 of them because the target took longer/,
    );
  });

  it('says of plain replies in safe mode that they should be encrypted', () => {
    expect(why({ malformed: 9 })).toContain('answered with something that is no reply');
    expect(why({ malformed: 9 }, { unencrypted: true })).toBe(
      '9 got no reply at all: the target replied unencrypted, and in safe mode the platform takes encrypted replies only',
    );
  });

  it('speaks of a plain queue as of one, without platform, deadline and status', () => {
    const queue = (causes: Partial<Summary['dropped']>) =>
      whyDropped({ ...dropped(causes), target: { url: 'virtual time', reference: true, queue: true } });
    expect(queue({ timeout: 7 })?.en).toBe(
      '7 got no reply at all: they lost patience and left before a server was free',
    );
    expect(queue({ status: 9, timeout: 2 })?.en).toBe(
      '11 got no reply at all, 9 of them because every place to wait was taken, and they were turned away',
    );
    expect(queue({ timeout: 7 })?.zh).not.toMatch(/平台|时限/);
  });

  it('does not say that a target never sent what the platform’s API refused', () => {
    const refused = { calls: 801, refused: 800, code: 40014, words: 'invalid access_token' };
    expect(why({ unanswered: 800 }, { refusedCalls: refused })).toBe(
      '800 got no reply at all: the target acknowledged them, and the platform’s API refused 800 of its 801 calls, mostly with 40014 (invalid access_token)',
    );
    expect(why({ unanswered: 800 }, { refusedCalls: { ...refused, refused: 3 } })).toContain('never sent a reply');
  });

  it('names the statuses that were seen', () => {
    expect(why({ status: 7 }, { statuses: [{ status: 503, messages: 7 }] })).toContain(
      'with status 503 instead of 200',
    );
    const two = [
      { status: 503, messages: 6 },
      { status: 404, messages: 1 },
    ];
    expect(why({ status: 7 }, { statuses: two })).toContain('other statuses than 200: 503 (6), 404 (1)');
  });

  it('counts the causes where none is most of it', () => {
    expect(why({ timeout: 4, reset: 4, refused: 3 })).toBe(
      '11 got no reply at all (timeout 4, connection reset 4, connection refused 3)',
    );
  });

  it.each(dropCauses)('has a sentence for %s, in both languages', (cause) => {
    const said = whyDropped(dropped({ [cause]: 3 }))!;
    expect(said.en).toMatch(/^3 got no reply at all: [a-z].{25}/);
    expect(said.zh).toMatch(/^3 条完全没有回复：.{8}/);
  });

  it('names the fault of the scenario’s own that held meanwhile, unless an outage does', () => {
    const during = (messages: number) => ({ duringFault: { name: 'half-close', messages } });
    expect(why({ reset: 9 }, during(9))).toMatch(/was whole, while the scenario’s fault “half-close” held$/);
    expect(why({ reset: 9 }, during(7))).toMatch(/; 7 of them while the scenario’s fault “half-close” held$/);
    expect(why({ reset: 9 }, during(4))).not.toContain('fault');
    const outage = { fromS: 5, toS: null, fromAt: '', toAt: null, messages: 9, cause: 'reset' } as const;
    expect(whyDropped({ ...dropped({ reset: 9 }, during(9)), outages: [outage] })?.en).not.toContain('fault');
  });

  it('bears a folder of before these figures were kept', () => {
    const old: Summary = { ...dropped({ timeout: 3 }), droppedDetail: null };
    expect(whyDropped(old)?.en).toContain('longer than the platform’s deadline');
    expect(whyDropped({ ...dropped({ status: 3 }), droppedDetail: null })?.en).toContain('an error status');
  });
});

describe('an outage', () => {
  const gone = { fromS: 5, toS: null, fromAt: '12:00:05', toAt: null, messages: 412, cause: 'refused' } as const;
  const back = { ...gone, fromS: 2, toS: 4.5, fromAt: '12:00:02', toAt: '12:00:04', messages: 9 } as const;
  const said = (change: Partial<Summary>) => outageClause(floralandDocument({ recovery: [], ...change }).summary)?.en;

  it('is told with its limits', () => {
    expect(said({ outages: [] })).toBeUndefined();
    expect(said({ outages: [gone] })).toBe(
      'the target stopped answering at 12:00:05 and never came back (412 messages, connection refused)',
    );
    expect(said({ outages: [back] })).toBe(
      'the target stopped answering at 12:00:02 and was back at 12:00:04, after 2.5s (9 messages, connection refused)',
    );
    expect(said({ outages: [back, gone] })).toContain('never came back (412 messages');
    expect(said({ outages: [back, gone] })).toContain('the worst of 2 outages');
    expect(said({ outages: [{ ...back, cause: 'timeout' }] })).toContain('nothing was answered in time, for 2.5s');
  });

  it('is told with the fault of the scenario’s own that held meanwhile', () => {
    const event = { type: 'fault', recoveredS: null, tookS: null, startAt: '', endAt: '' } as const;
    const fault = { ...event, after: 'half-close', startS: 2, endS: 4 };
    const other = { ...event, after: 'slow', startS: 0, endS: 2.5 };
    expect(said({ outages: [back], recovery: [other, fault] })).toContain(
      'after 2.5s, while the scenario’s fault “half-close” held (9 messages',
    );
    expect(said({ outages: [gone], recovery: [{ ...fault, startS: 5, endS: 9 }] })).toContain(
      'never came back, while the scenario’s fault “half-close” held (412',
    );
    expect(said({ outages: [gone], recovery: [{ ...fault, type: 'burst', endS: 9 }] })).not.toContain('half-close');
  });

  it('is not said to have begun where nothing ever was answered', () => {
    const { outcomes } = floralandDocument().summary;
    const silent = { ...outcomes, answered: 0, late: 0, wrong: 0 };
    expect(said({ outages: [gone], outcomes: silent })).toMatch(/^the target answered nothing at all/);
    expect(said({ outages: [{ ...gone, cause: 'timeout' }], outcomes: silent })).toMatch(
      /^nothing at all was answered in time/,
    );
  });

  it('stands in every report', () => {
    const document = floralandDocument({ outages: [back, gone] });
    expect(tellStory(document.summary).zh).toContain('被测系统在 12:00:05 停止响应，此后再未恢复');
    const terminal = renderTerminal(document, { colour: false, reportPath: null });
    expect(terminal).toContain('OUTAGES       12:00:02–12:00:04  9 messages · refused');
    expect(terminal).toContain('12:00:05–the end  412 messages · refused');
    const markdown = renderMarkdown(document);
    expect(markdown).toContain('### Outages');
    expect(markdown).toContain('| 12:00:05 | the end | 412 | refused |');
    expect(markdown).toContain('never came back');
    const html = renderHtml(document);
    expect(html).toContain('id="outages"');
    expect(html).toContain('the target stopped answering at 12:00:05 and never came back');
    expect(renderHtml(floralandDocument())).not.toContain('id="outages"');
  });
});
