/** Whatever a target does, each message has the right one of the ends. */
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { against, orderDay, orderIn, rightReply } from '../../test/support/order-day.js';
import { http, type RawRequest, type RawTarget, rawTarget, textReply } from '../../test/support/raw-target.js';
import { rehearse } from '../../test/support/rehearse.js';
import type { ScenarioInput } from '../scenario/schema.js';

let target: RawTarget | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

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

describe('every kind of target: each message lands in the right end', () => {
  it.each<[string, (request: RawRequest) => void, string, number]>([
    ['the right reply', (r) => r.socket.write(http(rightReply(r))), 'answered', 1],
    [
      'the right reply, chunked',
      (r) => {
        const body = Buffer.from(rightReply(r));
        const chunk = (part: Buffer) => `${part.length.toString(16)}\r\n${part.toString('latin1')}\r\n`;
        r.socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n`);
        r.socket.write(`${chunk(body.subarray(0, 50)) + chunk(body.subarray(50))}0\r\n\r\n`, 'latin1');
      },
      'answered',
      1,
    ],
    [
      'the right reply, then the connection closed',
      (r) => r.socket.end(http(rightReply(r), '200 OK', 'connection: close\r\n')),
      'answered',
      1,
    ],
    [
      'the right reply, with no length, ended by closing',
      (r) => r.socket.end(`HTTP/1.1 200 OK\r\n\r\n${rightReply(r)}`),
      'answered',
      1,
    ],
    [
      "someone else's openid",
      (r) =>
        r.socket.write(
          http(textReply(r.message, `order ${orderIn(r)} has shipped`, { toUserName: 'oSomebodyElse000000000000000' })),
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
    ['two replies in one body', (r) => r.socket.write(http(rightReply(r) + rightReply(r))), 'dropped:malformed', 1],
    ['an endless body', (r) => r.socket.write(http('x'.repeat(70_000))), 'dropped:malformed', 1],
    ['the right reply, compressed', (r) => writeGzip(r.socket, gzipSync(rightReply(r))), 'dropped:malformed', 1],
    ['bytes that are no HTTP', (r) => r.socket.write('garbage\r\n\r\n'), 'dropped:malformed', 1],
    ['status 500', (r) => r.socket.write(http('oops', '500 Internal Server Error')), 'dropped:status', 3],
    ['a redirect', (r) => r.socket.write(http('', '302 Found', 'location: /elsewhere\r\n')), 'dropped:status', 3],
    ['half a body, then the end', (r) => r.socket.end(http(rightReply(r)).slice(0, -40)), 'dropped:reset', 3],
    ['the connection closed without a word', (r) => r.socket.end(), 'dropped:reset', 3],
    ['a reset', (r) => r.socket.resetAndDestroy(), 'dropped:reset', 3],
    ['nothing', () => {}, 'dropped:timeout', 3],
    ['half a body, then silence', (r) => r.socket.write(http(rightReply(r)).slice(0, -40)), 'dropped:timeout', 3],
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
    const { ends } = await against((r) => r.socket.write(http(rightReply(r)) + http(rightReply(r))));
    expect(ends).toEqual({ answered: 40 });
  });

  it('an answer after the cut is thrown away; that to the next post counts', async () => {
    const seen = new Map<string, number>();
    const { ends, rows } = await against((r) => {
      const id = orderIn(r) + (r.message && 'msgId' in r.message ? r.message.msgId : '');
      seen.set(id, (seen.get(id) ?? 0) + 1);
      const reply = http(rightReply(r));
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
    const { ends } = await against((r) => setTimeout(() => r.socket.write(http(rightReply(r))), 120), {
      promise: '100ms',
    });
    expect(ends).toEqual({ late: 40 });
  });

  it('an event is answered by its acknowledgement, and wrong when a reply is shown', async () => {
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 30, sends: 'order' }];
    const intents: ScenarioInput['intents'] = { order: { kind: 'click', key: 'MENU' } };
    const acknowledged = await against((r) => r.socket.write(http('success')), { intents, traffic });
    expect(acknowledged.ends).toEqual({ answered: 30 });
    expect(acknowledged.pushes[0]).toMatchObject({ kind: 'event', event: 'CLICK', eventKey: 'MENU' });
    const shown = await against((r) => r.socket.write(http(textReply(r.message, 'hello'))), { intents, traffic });
    expect(shown.ends).toEqual({ wrong: 30 });
    expect(shown.exhibits[0]).toEqual({ id: 0, shown: 'hello' });
  });

  it('a target that dies half-way', async () => {
    let answered = 0;
    target = await rawTarget((r) => {
      r.socket.write(http(rightReply(r)));
      if (++answered === 20) setImmediate(() => void target?.close());
    });
    const { ends, rows } = await rehearse(orderDay({ day: { length: '1s' } }), target.url);
    expect(rows.length).toBe(40);
    expect(ends.answered).toBeGreaterThanOrEqual(20);
    expect((ends['dropped:refused'] ?? 0) + (ends['dropped:reset'] ?? 0)).toBe(40 - ends.answered!);
    expect(ends['dropped:refused']).toBeGreaterThan(5);
  });
});
