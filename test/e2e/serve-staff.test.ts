/** `serve --staff-token` as one process: the console and the API, for who knows the token, on this machine only. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signedPush, textMessage } from '../../server/http/signed-push.js';
import { LibsqlStore } from '../../server/store/libsql-store.js';
import { newFolder, staffOrigin, start } from '../support/cli.js';

const folder = newFolder();
const file = join(folder, 'account.db');
const scenario = join(folder, 'desk.yaml');
writeFileSync(
  scenario,
  `name: desk
day: { length: 1s }
fans: { followers: 10 }
intents: { ask: { says: [在吗], expect: { contains: 在 } } }
traffic: [{ name: all, model: poisson, total: 5, sends: ask }]
server:
  answers: { rules: [{ name: hours, exact: [几点], reply: { text: 九点 } }] }
  account: { inbox: {}, desk: { people: [Ann] } }
`,
);

async function serving() {
  const words = ['serve', scenario, '--port', '0', '--store', `file:${file}`];
  const served = start(words, { PEAKDAY_TOKEN: 'token', PEAKDAY_STAFF_TOKEN: 'a-staff-token' });
  const origin = await served.saw(staffOrigin);
  const ask = async (path: string, body?: object, token = 'a-staff-token') => {
    const headers = { authorization: `Bearer ${token}`, 'x-person': 'Ann', 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${origin}/api/v1${path}`, { headers, ...sent });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  };
  const write = async (number: number, text: string) => {
    const { url, headers, payload } = signedPush(
      'token',
      { ...textMessage(number, text), toUserName: 'gh_peakday' },
      undefined,
      `${number}`,
    );
    const response = await fetch(`${origin}${url}`, { method: 'POST', headers, body: payload });
    return `${response.status} ${await response.text()}`;
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    served.child.kill(signal);
    return served.ended;
  };
  return { origin, ask, write, stop };
}

/** Told at the start: nothing serves the platform's API here. */
const UNSENT = 'peakday: texts of staff wait: without --platform-url nothing can be sent\n';

it('opens to the token alone, and finds after a restart what was answered and what still waits', async () => {
  const first = await serving();
  const page = await fetch(`${first.origin}/console`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await page.text()).toContain('<script type="module"');
  expect((await first.ask('/inbox', undefined, 'another-token')).status).toBe(401);
  // Any address of 127/8 would reach a server of all networks.
  const { port } = new URL(first.origin);
  const isReached = new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.2', port: Number(port) });
    socket
      .once('connect', () => resolve('reached'))
      .once('error', (error) => resolve((error as { code?: string }).code));
    socket.once('close', () => socket.destroy());
  });
  expect(await isReached).toBe('ECONNREFUSED');

  expect(await first.write(1, '你们周日开门吗')).toBe('200 success');
  expect(await first.write(2, '停车场在哪')).toBe('200 success');
  expect(await first.ask('/inbox/next', {})).toMatchObject({ status: 200, body: { item: { messageSeq: 1 } } });
  expect((await first.ask('/inbox/1/answer', { text: '周日十点开门' })).status).toBe(200);
  expect(await first.stop()).toMatchObject({ exitCode: 0, stderr: UNSENT });

  const second = await serving();
  const inbox = await second.ask('/inbox');
  expect(inbox).toMatchObject({ status: 200, body: { rows: [{ messageSeq: 2, state: 'open', text: '停车场在哪' }] } });
  const found = await second.ask(`/messages/search?text=${encodeURIComponent('周日')}`);
  expect(found.body).toMatchObject({
    rows: [{ message: { seq: 1 }, replies: [{ rule: 'acknowledged' }, { rule: 'desk', text: '周日十点开门' }] }],
  });
  // What its staff were told is done is on disk before they are told: killed at that instant, it has it.
  expect((await second.ask('/inbox/2/claim', {})).status).toBe(200);
  expect((await second.ask('/inbox/2/answer', { text: '东门外' })).status).toBe(200);
  await second.stop('SIGKILL');
  const store = await LibsqlStore.open(file);
  const outbox = await all(store.exportRows('outbox'));
  expect(outbox).toMatchObject([{ text: '周日十点开门' }, { text: '东门外', messageSeq: 2, state: 'waiting' }]);
  const audit = (await all(store.exportRows('audit'))).map(({ action }) => action);
  expect(audit).toEqual(['inbox.claim', 'inbox.answer', 'inbox.claim', 'inbox.answer']);
  expect(await all(store.exportRows('inbox'))).toMatchObject([{ state: 'answered' }, { state: 'answered' }]);
  await store.close();
});

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
