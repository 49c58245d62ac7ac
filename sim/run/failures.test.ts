/** What is kept of posts that failed: their causes, the notice a fan sees, what a malformed reply looked like. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { http, type RawRequest, type RawTarget, rawTarget, textReply } from '../../test/support/raw-target.js';
import { rehearse } from '../../test/support/rehearse.js';
import { Flag } from '../ledger/row.js';
import type { ScenarioInput } from '../scenario/schema.js';

const scenario = (change: Partial<ScenarioInput> = {}): ScenarioInput => ({
  name: 'failures',
  day: { length: '100ms' },
  fans: { followers: 1_000 },
  platform: { deadline: '250ms' },
  intents: { hello: { says: ['hello'], expect: { contains: 'hi' } } },
  traffic: [{ name: 'all', model: 'constant', total: 10, sends: 'hello' }],
  ...change,
});

let target: RawTarget | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

/** Each message's posts are answered by these in turn. */
async function against(...answers: ((request: RawRequest) => void)[]) {
  const posts = new Map<string, number>();
  target = await rawTarget((request) => {
    const id = request.message?.kind === 'text' ? request.message.msgId : '';
    const post = posts.get(id) ?? 0;
    posts.set(id, post + 1);
    answers[Math.min(post, answers.length - 1)]!(request);
  });
  const played = await rehearse(scenario(), target.url);
  return { ...played, notices: played.rows.filter(({ flags }) => (flags & Flag.notice) !== 0).length };
}

const none = { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0 };
const right = ({ socket, message }: RawRequest) => socket.write(http(textReply(message, 'hi')));
const status = ({ socket }: RawRequest) => socket.write(http('', '503 Busy'));
const reset = ({ socket }: RawRequest) => socket.resetAndDestroy();
const silent = () => {};

it('are counted by cause where a later post was answered, and no fan sees a notice', async () => {
  const { ends, failedPosts, notices } = await against(status, reset, right);
  expect(ends).toEqual({ answered: 10 });
  expect(failedPosts).toEqual({ ...none, status: 10, reset: 10 });
  expect(notices).toBe(0);
});

it('end in a notice when the last has failed, whatever its cause', async () => {
  const { ends, failedPosts, notices } = await against(status, silent, reset);
  expect(ends).toEqual({ 'dropped:reset': 10 });
  expect(failedPosts).toEqual({ ...none, status: 10, timeout: 10, reset: 10 });
  expect(notices).toBe(10);
});

it('end in a notice at once where the body is no reply, and the body is kept', async () => {
  const { ends, failedPosts, malformed, notices } = await against(({ socket }) => socket.write(http('<html>oops')));
  expect(ends).toEqual({ 'dropped:malformed': 10 });
  expect(failedPosts).toEqual({ ...none, malformed: 10 });
  expect(notices).toBe(10);
  expect(malformed[0]).toMatchObject({ status: 200, body: '<html>oops' });
  expect(malformed[0]!.reason).toMatch(/^neither success nor XML/);
});

it.each([
  ['a page beyond all bounds', http('x'.repeat(70_000), '503 Busy')],
  ['one whose framing is doubtful', http('no', '502 Bad Gateway', 'content-length: 2\r\n')],
])('are those of the status, whatever the body is, and posted again: %s', async (_, page) => {
  const { rows, ends, failedPosts, malformed } = await against(({ socket }) => socket.write(page));
  expect(ends).toEqual({ 'dropped:status': 10 });
  expect(failedPosts).toEqual({ ...none, status: 30 });
  expect(rows.map(({ status }) => status)).toEqual(Array(10).fill(Number(page.slice(9, 12))));
  expect(malformed).toEqual([]);
});

it('with a good status and a body beyond all bounds are malformed, and it is said why', async () => {
  const { ends, malformed } = await against(({ socket }) => socket.write(http('x'.repeat(70_000))));
  expect(ends).toEqual({ 'dropped:malformed': 10 });
  expect(malformed[0]).toMatchObject({ status: 200, body: '', reason: 'its body is larger than 65,536 bytes' });
});

it('are none where the target only acknowledges: the fan sees nothing', async () => {
  const { ends, failedPosts, notices } = await against(({ socket }) => socket.write(http('success')));
  expect(ends).toEqual({ 'dropped:unanswered': 10 });
  expect(failedPosts).toEqual(none);
  expect(notices).toBe(0);
});

it.each([
  [false, 1],
  [true, 2],
])('a webhook that is signed anew on retry: %s', async (resign, signatures) => {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    // What warms the connections is no post.
    if (request.method === 'POST') received.push(request.headers);
    request.resume().on('end', () => {
      response.statusCode = request.method === 'POST' && received.length === 1 ? 503 : 200;
      response.end(JSON.stringify({ text: 'hi' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const played = await rehearse(
    scenario({
      // The timestamp has whole seconds: the next one has come by then.
      platform: { resign, gap: '1100ms' },
      channel: {
        type: 'webhook',
        signature: { timestampHeader: 'x-timestamp', payload: '{timestamp}.{body}' },
      },
      traffic: [{ name: 'all', model: 'constant', total: 1, sends: 'hello' }],
    }),
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  );
  server.closeAllConnections();
  server.close();
  expect(played.ends).toEqual({ answered: 1 });
  expect(received).toHaveLength(2);
  for (const name of ['x-signature', 'x-timestamp']) {
    expect(received[0]![name]).toMatch(/./);
    expect(new Set(received.map((headers) => headers[name])).size).toBe(signatures);
  }
});
