import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { http, type RawRequest, type RawTarget, rawTarget, textReply } from '../../test/support/raw-target.js';
import { rehearse } from '../../test/support/rehearse.js';
import { audit } from '../ledger/audit.js';
import { createLedger, setRow } from '../ledger/ledger.js';
import { Flag } from '../ledger/row.js';
import { initHistograms } from '../measure/histogram.js';
import { measure } from '../measure/measure.js';
import type { ScenarioInput } from '../scenario/schema.js';

const scenario = (change: Partial<ScenarioInput> = {}): ScenarioInput => ({
  name: 'player-test',
  day: { length: '250ms' },
  fans: { followers: 1_000 },
  platform: { deadline: '300ms' },
  intents: { order: { says: ['where is {order}?'], expect: { contains: ['shipped', '{order}'] } } },
  traffic: [{ name: 'all', model: 'constant', total: 40, sends: 'order' }],
  ...change,
});

let target: RawTarget | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

async function against(answer: (request: RawRequest) => void, change: Partial<ScenarioInput> = {}) {
  target = await rawTarget(answer);
  return { ...(await rehearse(scenario(change), target.url)), pushes: target.pushes };
}

const orderOf = ({ message }: RawRequest) =>
  (message?.kind === 'text' ? /\d{10}/.exec(message.content)?.[0] : '') ?? '';
const writeGzip = (socket: Socket, body: Buffer) =>
  socket.write(
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`),
      body,
    ]),
  );

/** As fast as they are read, until the connection is broken. */
function endlessChunks({ socket }: RawRequest): void {
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
  more();
}

const right = (request: RawRequest) => textReply(request.message, `order ${orderOf(request)} has shipped`);

describe('every kind of target: each message lands in the right end', () => {
  it.each<[string, (request: RawRequest) => void, string, number]>([
    ['the right reply', (r) => r.socket.write(http(right(r))), 'answered', 1],
    [
      'the right reply, chunked',
      (r) => {
        const body = Buffer.from(right(r));
        const chunk = (part: Buffer) => `${part.length.toString(16)}\r\n${part.toString('latin1')}\r\n`;
        r.socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n`);
        r.socket.write(`${chunk(body.subarray(0, 50)) + chunk(body.subarray(50))}0\r\n\r\n`, 'latin1');
      },
      'answered',
      1,
    ],
    [
      'the right reply, then the connection closed',
      (r) => r.socket.end(http(right(r), '200 OK', 'connection: close\r\n')),
      'answered',
      1,
    ],
    [
      'the right reply, with no length, ended by closing',
      (r) => r.socket.end(`HTTP/1.1 200 OK\r\n\r\n${right(r)}`),
      'answered',
      1,
    ],
    [
      "someone else's openid",
      (r) =>
        r.socket.write(
          http(textReply(r.message, `order ${orderOf(r)} has shipped`, { toUserName: 'oSomebodyElse000000000000000' })),
        ),
      'misaddressed',
      1,
    ],
    [
      "another fan's order",
      (r) => r.socket.write(http(textReply(r.message, 'order 0000000000 has shipped'))),
      'wrong',
      1,
    ],
    ['an acknowledgement where a reply is due', (r) => r.socket.write(http('success')), 'dropped:unanswered', 1],
    ['an empty body where a reply is due', (r) => r.socket.write(http('')), 'dropped:unanswered', 1],
    ['text that is no reply', (r) => r.socket.write(http('<html>hello</html>')), 'dropped:malformed', 1],
    ['two replies in one body', (r) => r.socket.write(http(right(r) + right(r))), 'dropped:malformed', 1],
    ['an endless body', (r) => r.socket.write(http('x'.repeat(70_000))), 'dropped:malformed', 1],
    ['the right reply, compressed', (r) => writeGzip(r.socket, gzipSync(right(r))), 'dropped:malformed', 1],
    ['bytes that are no HTTP', (r) => r.socket.write('garbage\r\n\r\n'), 'dropped:malformed', 1],
    ['status 500', (r) => r.socket.write(http('oops', '500 Internal Server Error')), 'dropped:status', 3],
    ['a redirect', (r) => r.socket.write(http('', '302 Found', 'location: /elsewhere\r\n')), 'dropped:status', 3],
    ['half a body, then the end', (r) => r.socket.end(http(right(r)).slice(0, -40)), 'dropped:reset', 3],
    ['the connection closed without a word', (r) => r.socket.end(), 'dropped:reset', 3],
    ['a reset', (r) => r.socket.resetAndDestroy(), 'dropped:reset', 3],
    ['nothing', () => {}, 'dropped:timeout', 3],
    ['half a body, then silence', (r) => r.socket.write(http(right(r)).slice(0, -40)), 'dropped:timeout', 3],
  ])('%s', async (_, answer, end, attempts) => {
    const { ends, rows, pushes } = await against(answer);
    expect(ends).toEqual({ [end]: 40 });
    expect(rows.map((row) => row.attempts)).toEqual(rows.map(() => attempts));
    // The platform posts the same id on every attempt.
    expect(pushes.length).toBe(40 * attempts);
    expect(new Set(pushes.map((push) => ('msgId' in push ? push.msgId : ''))).size).toBe(40);
  });

  // Of these a busy machine needs a while: they are given the platform's own deadline.
  const patient = { platform: { deadline: '5s' } } satisfies Partial<ScenarioInput>;

  it('endless chunks: read to the limit, and no further', async () => {
    const { ends } = await against(endlessChunks, patient);
    expect(ends).toEqual({ 'dropped:malformed': 40 });
  });

  it.each([
    ['60 MB in 60 KB', 60, 250],
    ['1 GB in 1 MB', 1_024, 500],
  ])('compressed nothing, %s: nobody unpacks it, and memory stays flat', async (_, copies, mostMiB) => {
    // A file of several gzip members is as long as all of them; a megabyte of zeros is a kilobyte.
    const bomb = Buffer.concat(Array.from({ length: copies }, () => gzipSync(Buffer.alloc(1_048_576))));
    let mostBytes = 0;
    const beforeBytes = process.memoryUsage.rss();
    const { ends } = await against((r) => {
      writeGzip(r.socket, bomb);
      mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
    }, patient);
    mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
    expect(ends).toEqual({ 'dropped:malformed': 40 });
    // There are forty of them.
    expect(mostBytes - beforeBytes).toBeLessThan(mostMiB * 1_048_576);
  });

  it("the same answer twice on one connection: the second is nobody's", async () => {
    const { ends } = await against((r) => r.socket.write(http(right(r)) + http(right(r))));
    expect(ends).toEqual({ answered: 40 });
  });

  it('an answer after the cut is thrown away; that to the next post counts', async () => {
    const seen = new Map<string, number>();
    const { ends, rows } = await against((r) => {
      const id = orderOf(r) + (r.message && 'msgId' in r.message ? r.message.msgId : '');
      seen.set(id, (seen.get(id) ?? 0) + 1);
      const reply = http(right(r));
      if (seen.get(id) === 1) setTimeout(() => r.socket.write(reply), 450);
      else r.socket.write(reply);
    });
    expect(ends).toEqual({ answered: 40 });
    for (const row of rows) {
      expect(row.attempts).toBe(2);
      expect(row.doneUs - row.dueUs).toBeGreaterThan(295_000);
      expect(row.doneUs - row.lastSentUs).toBeLessThan(150_000);
    }
  });

  it('a right answer after the promise is late', async () => {
    const { ends } = await against((r) => setTimeout(() => r.socket.write(http(right(r))), 120), { promise: '100ms' });
    expect(ends).toEqual({ late: 40 });
  });

  it('an event is answered by its acknowledgement, and wrong when a reply is shown', async () => {
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 30, sends: 'order' }];
    const intents: ScenarioInput['intents'] = { order: { kind: 'click', key: 'MENU' } };
    const acknowledged = await against((r) => r.socket.write(http('success')), { intents, traffic });
    expect(acknowledged.ends).toEqual({ answered: 30 });
    expect(acknowledged.pushes[0]).toMatchObject({ kind: 'event', event: 'CLICK', eventKey: 'MENU' });
    await target?.close();
    const shown = await against((r) => r.socket.write(http(textReply(r.message, 'hello'))), { intents, traffic });
    expect(shown.ends).toEqual({ wrong: 30 });
    expect(shown.exhibits[0]).toEqual({ id: 0, shown: 'hello' });
  });

  it('a target that dies half-way', async () => {
    let answered = 0;
    target = await rawTarget((r) => {
      r.socket.write(http(right(r)));
      if (++answered === 20) setImmediate(() => void target?.close());
    });
    const { ends, rows } = await rehearse(scenario({ day: { length: '1s' } }), target.url);
    expect(rows.length).toBe(40);
    expect(ends.answered).toBeGreaterThanOrEqual(20);
    expect((ends['dropped:refused'] ?? 0) + (ends['dropped:reset'] ?? 0)).toBe(40 - ends.answered!);
    expect(ends['dropped:refused']).toBeGreaterThan(5);
  });
});

describe('nothing is lost and nothing flatters', () => {
  it('a target that stalls for 2 s under a constant 200/s: the response times are those of the exact answer', async () => {
    // The target answers at once, except that nothing leaves it from second 1 to second 3.
    let startMs: number | undefined;
    const { rows, ends } = await against(
      (r) => {
        startMs ??= performance.now();
        const atS = (performance.now() - startMs) / 1_000;
        const reply = http(right(r));
        if (atS < 1 || atS >= 3) r.socket.write(reply);
        else setTimeout(() => r.socket.write(reply), (3 - atS) * 1_000);
      },
      {
        day: { length: '5s' },
        platform: { deadline: '5s' },
        traffic: [{ name: 'all', model: 'constant', rate: '200/s', sends: 'order' }],
      },
    );
    expect(ends).toEqual({ answered: 1_000 });
    // Message i is due at (i + 0.5)/200 s; those due within the stall wait for its end.
    const exactMs = Array.from({ length: 1_000 }, (_, i) => (i + 0.5) / 200)
      .map((dueS) => (dueS >= 1.0025 && dueS < 3.0025 ? (3.0025 - dueS) * 1_000 : 0))
      .sort((a, b) => a - b);
    await initHistograms();
    const ledger = createLedger(rows.length);
    for (const [place, row] of rows.entries()) setRow(ledger, place, row);
    const generator = { threads: 1, loopUtilisation: 0, warmConnections: 0, connections: 0, interrupted: false };
    const { latency } = measure({ ledger, planned: 1_000, marks: [], generator, promiseS: 5 });
    expect(Math.abs(latency.response.p99! / exactMs[989]! - 1)).toBeLessThan(0.02);
    expect(Math.abs(latency.response.max! / exactMs[999]! - 1)).toBeLessThan(0.02);
  });

  it('more messages than may be in flight, or than there are connections, are counted, never hidden', async () => {
    const day = { length: '1s' };
    const slow = (r: RawRequest) => setTimeout(() => r.socket.write(http(right(r))), 100);
    const limited = await against(slow, { day, limits: { inFlight: 1, sockets: 10 } });
    expect(limited.rows.length).toBe(40);
    expect(limited.ends['unsent:limit']! + limited.ends.answered!).toBe(40);
    expect(limited.ends['unsent:limit']).toBeGreaterThan(15);
    await target?.close();
    const queued = await against(slow, { day, platform: { deadline: '5s' }, limits: { inFlight: 100, sockets: 1 } });
    expect(queued.ends).toEqual({ answered: 40 });
    // One connection carries ten a second: the last is sent three seconds after it was due, and says so.
    expect(Math.max(...queued.rows.map((row) => row.sentUs - row.dueUs))).toBeGreaterThan(2.5e6);
    expect(queued.rows.every((row) => row.doneUs - row.dueUs >= row.sentUs - row.dueUs)).toBe(true);
  });

  it('a target that dies while messages wait for a connection: every message has its end', async () => {
    let pushes = 0;
    target = await rawTarget((r) => {
      if (++pushes === 10) void target?.close();
      else setTimeout(() => r.socket.destroyed || r.socket.write(http(right(r))), 20);
    });
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 200, sends: 'order' }];
    const { rows, ends } = await rehearse(
      scenario({ traffic, platform: { attempts: 1 }, limits: { sockets: 8 } }),
      target.url,
    );
    expect(rows.length).toBe(200);
    expect(ends['dropped:refused']).toBeGreaterThan(100);
  });

  it('messages that wait are posted as soon as more connections are allowed, not when one becomes free', async () => {
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 100, sends: 'order' }];
    const { rows } = await against(() => {}, {
      day: { length: '50ms' },
      traffic,
      platform: { deadline: '2s', attempts: 1 },
    });
    expect(Math.max(...rows.map((row) => row.sentUs - row.dueUs))).toBeLessThan(500_000);
  });

  it('beyond the limit of connections, what waited as long as for an answer is unsent', async () => {
    const { ends } = await against(() => {}, {
      day: { length: '1s' },
      platform: { deadline: '200ms', attempts: 1 },
      limits: { sockets: 2 },
    });
    expect(ends['dropped:timeout']! + ends['unsent:limit']!).toBe(40);
    expect(ends['unsent:limit']).toBeGreaterThan(15);
  });

  it('a message that waits for a connection has no post, and no later reply is taken for its answer', async () => {
    let later: (fan: number, text: string) => void = () => {};
    target = await rawTarget((r) => {
      // There is one fan: both can only be for the message that was posted, the second being one too many.
      later(0, 'hello');
      later(0, 'hello again');
      setTimeout(() => r.socket.write(http('success')), 250);
    });
    const change: Partial<ScenarioInput> = {
      fans: { followers: 1 },
      day: { length: '100ms' },
      platform: { deadline: '400ms', attempts: 1, laterReplies: '100ms' },
      limits: { sockets: 1 },
      traffic: [{ name: 'all', model: 'constant', total: 5, sends: 'order' }],
    };
    const { rows, ends } = await rehearse(scenario(change), target.url, {
      onLater: (tell) => {
        later = tell;
      },
    });
    const ledger = createLedger(rows.length);
    for (const [place, row] of rows.entries()) setRow(ledger, place, row);
    expect(audit(ledger, 5)).toMatchObject({ closed: true, accounted: 5, faults: [] });
    expect(ends.wrong! + ends['unsent:limit']!).toBe(5);
    expect(ends['unsent:limit']).toBeGreaterThan(0);
    expect(rows.map(({ attempts }) => attempts)).toEqual(rows.map(({ sentUs }) => (Number.isNaN(sentUs) ? 0 : 1)));
    expect(target.pushes.length).toBe(ends.wrong);
  });

  it('stopped half-way: what was sent has its end, the rest is unsent as interrupted', async () => {
    target = await rawTarget((r) => r.socket.write(http(right(r))));
    const { rows, ends } = await rehearse(scenario({ day: { length: '1s' } }), target.url, { afterS: 0.5 });
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 40 }, (_, id) => id));
    expect(ends.answered! + ends['unsent:interrupted']!).toBe(40);
    expect(ends['unsent:interrupted']).toBeGreaterThan(10);
    expect(ends.answered).toBeGreaterThan(10);
  });

  it('fans who lose patience write again: reactive messages, with ids and ends of their own', async () => {
    const { rows, planned, pushes } = await against(() => {}, {
      day: { length: '3s' },
      traffic: [{ name: 'all', model: 'constant', total: 40, to: '00:00:01', sends: 'order' }],
      platform: { deadline: '100ms', attempts: 1 },
      fans: { followers: 1_000, patience: { median: '400ms', sigma: 0.1, resend: '50%', times: 1 } },
    });
    const reactive = rows.filter((row) => (row.flags & Flag.reactive) !== 0);
    expect(planned).toBe(40);
    expect(reactive.length).toBeGreaterThan(8);
    expect(reactive.length).toBeLessThan(32);
    expect(pushes.length).toBe(40 + reactive.length);
    for (const row of reactive) expect(row.id).toBeGreaterThanOrEqual(40);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });
});
