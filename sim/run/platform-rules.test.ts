/** The platform's rules beyond post and retry, on real sockets: later replies, the block, gaps, connections, reactions. */
import { afterEach, describe, expect, it } from 'vitest';
import { http, type RawRequest, type RawTarget, rawTarget, textReply } from '../../test/support/raw-target.js';
import { rehearse } from '../../test/support/rehearse.js';
import { outcomes } from '../delivery/end.js';
import { Flag } from '../ledger/row.js';
import type { ScenarioInput } from '../scenario/schema.js';

const scenario = (change: Partial<ScenarioInput> = {}): ScenarioInput => ({
  name: 'rules-test',
  day: { length: '400ms' },
  fans: { followers: 100_000 },
  platform: { deadline: '300ms', laterReplies: '500ms' },
  intents: { order: { says: ['where is {order}?'], expect: { contains: ['shipped', '{order}'] } } },
  traffic: [{ name: 'all', model: 'constant', total: 40, sends: 'order' }],
  ...change,
});

let target: RawTarget | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

const orderOf = ({ message }: RawRequest) =>
  (message?.kind === 'text' ? /\d{10}/.exec(message.content)?.[0] : '') ?? '';
const rightText = (request: RawRequest) => `order ${orderOf(request)} has shipped`;
const acknowledge = (request: RawRequest) => request.socket.write(http('success'));

/** Who wrote is told by the order number: the fans' numbers are what the platform's API would know. */
async function withLater(
  answer: (request: RawRequest, later: (text: string) => void) => void,
  change: Partial<ScenarioInput> = {},
) {
  const fanOf = new Map<string, number>();
  let tell: (fan: number, text: string) => void = () => {};
  target = await rawTarget((request) => answer(request, (text) => tell(fanOf.get(orderOf(request)) ?? -1, text)));
  const { drawFanPools, fanBook } = await import('../plan/fan-book.js');
  const book = fanBook(await drawFanPools(1, 'gh_peakday'));
  for (let fan = 0; fan < 100_000; fan++) fanOf.set(book.variable('order', fan, 0), fan);
  return rehearse(scenario(change), target.url, {
    onLater: (later) => {
      tell = later;
    },
  });
}

describe('replies that come later', () => {
  it('settle the acknowledged message, checked like any other', async () => {
    const { ends, rows } = await withLater((r, later) => {
      acknowledge(r);
      setTimeout(() => later(rightText(r)), 50);
    });
    expect(ends).toEqual({ answered: 40 });
    for (const row of rows) expect(row.doneUs - row.dueUs).toBeGreaterThan(45_000);
  });

  it('may overtake the acknowledgement', async () => {
    const { ends, amendments } = await withLater((r, later) => {
      later(rightText(r));
      setTimeout(() => acknowledge(r), 20);
    });
    expect(ends).toEqual({ answered: 40 });
    expect(amendments).toEqual([]);
  });

  it('are wrong, late, or missing, as they are', async () => {
    expect(
      (
        await withLater((r, later) => {
          acknowledge(r);
          later('hello');
        })
      ).ends,
    ).toEqual({ wrong: 40 });
    await target?.close();
    expect(
      (
        await withLater(
          (r, later) => {
            acknowledge(r);
            setTimeout(() => later(rightText(r)), 200);
          },
          { promise: '100ms' },
        )
      ).ends,
    ).toEqual({ late: 40 });
    await target?.close();
    expect((await withLater(acknowledge)).ends).toEqual({ 'dropped:unanswered': 40 });
  });

  it('after a wrong reply are corrections, after a right one they are one too many', async () => {
    const wrongThenRight = await withLater((r, later) => {
      r.socket.write(http(textReply(r.message, 'nonsense')));
      setTimeout(() => later(rightText(r)), 30);
    });
    expect(wrongThenRight.ends).toEqual({ wrong: 40 });
    expect(new Set(wrongThenRight.amendments.map(({ id }) => id)).size).toBe(40);
    for (const { correctedUs } of wrongThenRight.amendments) expect(correctedUs).toBeGreaterThan(0);
    await target?.close();
    const twice = await withLater((r, later) => {
      r.socket.write(http(textReply(r.message, rightText(r))));
      setTimeout(() => later(rightText(r)), 30);
    });
    expect(twice.ends).toEqual({ answered: 40 });
    expect(twice.amendments.length).toBeGreaterThan(35);
    expect(twice.amendments.every(({ correctedUs }) => correctedUs === undefined)).toBe(true);
  });
});

describe('the block after too many failures', () => {
  const markFail = { failures: 5, within: '10s', block: '300ms' } as const;
  const day = { length: '1s' };

  it('loses messages, which are dropped as blocked without a post', async () => {
    target = await rawTarget((r) => r.socket.write(http('oops', '500 Oops')));
    const { ends, rows } = await rehearse(
      scenario({ day, platform: { attempts: 1, markFail: { ...markFail, messages: 'lost' } } }),
      target.url,
    );
    expect(ends['dropped:status']! + ends['dropped:blocked']!).toBe(40);
    expect(ends['dropped:blocked']).toBeGreaterThan(15);
    expect(target.pushes.length).toBe(ends['dropped:status']);
    const blocked = rows.filter((row) => row.attempts === 0);
    expect(blocked.length).toBe(ends['dropped:blocked']);
    for (const row of blocked) expect([row.sentUs, row.lastSentUs]).toEqual([Number.NaN, Number.NaN]);
  });

  it('or holds them back and pushes them afterwards', async () => {
    let pushes = 0;
    target = await rawTarget((r) => {
      pushes++;
      r.socket.write(pushes <= 5 ? http('oops', '500 Oops') : http(textReply(r.message, rightText(r))));
    });
    const { ends, rows } = await rehearse(
      scenario({ day, platform: { attempts: 1, markFail: { ...markFail, messages: 'queued' } } }),
      target.url,
    );
    expect(ends).toEqual({ 'dropped:status': 5, answered: 35 });
    const held = rows.filter((row) => (row.flags & Flag.heldBack) !== 0);
    expect(held.length).toBeGreaterThan(6);
    // Sent when the block was over, and then once.
    for (const row of held) expect([row.attempts, row.lastSentUs]).toEqual([1, row.sentUs]);
    const blockEndUs = Math.min(...held.map((row) => row.sentUs));
    expect(Math.max(...rows.filter((row) => row.dueUs < held[0]!.dueUs).map((row) => row.sentUs))).toBeLessThan(
      blockEndUs - 250_000,
    );
  });
});

describe('how the platform posts', () => {
  it('waits out each gap of its schedule in turn', async () => {
    const times: number[] = [];
    target = await rawTarget((r) => {
      times.push(performance.now());
      r.socket.write(http('oops', '500 Oops'));
    });
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 1, sends: 'order' }];
    const { rows } = await rehearse(
      scenario({ traffic, platform: { attempts: 4, gaps: ['0s', '100ms', '200ms'] } }),
      target.url,
    );
    expect(rows[0]!.attempts).toBe(4);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(gaps[0]).toBeLessThan(60);
    expect(gaps[1]).toBeGreaterThan(95);
    expect(gaps[2]).toBeGreaterThan(195);
  });

  it('opens a connection for each post where keep-alive is off, and signs once where told so', async () => {
    const ports = new Set<number | undefined>();
    const paths = new Map<string, Set<string>>();
    target = await rawTarget((r) => {
      ports.add(r.socket.remotePort);
      const id = r.message && 'msgId' in r.message ? r.message.msgId : '';
      paths.set(id, (paths.get(id) ?? new Set()).add(r.path));
      r.socket.end(http('oops', '500 Oops', 'connection: close\r\n'));
    });
    const { rows } = await rehearse(
      scenario({ platform: { attempts: 2, keepAlive: false, resign: false } }),
      target.url,
    );
    expect(rows.length).toBe(40);
    expect(ports.size).toBe(80);
    expect([...paths.values()].every((own) => own.size === 1)).toBe(true);
  });
});

describe('fans who react', () => {
  it('unsubscribe when their patience runs out, unless they are to write again', async () => {
    target = await rawTarget((r) => r.socket.write(http('success')));
    const { rows } = await rehearse(
      scenario({
        day: { length: '1s' },
        fans: { followers: 100_000, patience: { median: '50ms', sigma: 0.1, resend: '0%', unsubscribe: '100%' } },
        intents: { ...scenario().intents, bye: { kind: 'unsubscribe' } },
        traffic: [{ name: 'all', model: 'constant', total: 40, to: '00:00:00.5', sends: 'order' }],
      }),
      target.url,
    );
    const left = rows.filter((row) => (row.flags & Flag.reactive) !== 0);
    expect(left.length).toBe(40);
    expect(left.every((row) => row.kind === 8 && outcomes[row.outcome] === 'answered')).toBe(true);
  });

  it('go on with the next turn after a right reply, and only then', async () => {
    const intents: ScenarioInput['intents'] = {
      order: {
        says: ['where is {order}?'],
        expect: { contains: '{order}' },
        next: { send: 'thanks', median: '30ms', sigma: 0.1 },
      },
      thanks: { says: ['thanks'], expect: { contains: 'welcome' } },
    };
    target = await rawTarget((r) => {
      const isOrder = orderOf(r) !== '';
      r.socket.write(http(textReply(r.message, isOrder ? rightText(r) : 'you are welcome')));
    });
    const { rows, ends } = await rehearse(
      scenario({
        day: { length: '1s' },
        intents,
        traffic: [{ name: 'all', model: 'constant', total: 40, to: '00:00:00.5', sends: 'order' }],
      }),
      target.url,
    );
    expect(ends).toEqual({ answered: 80 });
    expect(rows.filter((row) => (row.flags & Flag.reactive) !== 0).length).toBe(40);
    await target.close();
    target = await rawTarget((r) => r.socket.write(http(textReply(r.message, 'no idea'))));
    expect((await rehearse(scenario({ intents }), target.url)).ends).toEqual({ wrong: 40 });
  });
});
