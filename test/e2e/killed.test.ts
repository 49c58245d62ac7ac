/** A server that is killed again and again under load: what it told anybody is on disk, and stays what it was. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Pool } from 'undici';
import { expect, it } from 'vitest';
import { sleepMs } from '../../core/clock.js';
import { randomStream } from '../../core/random.js';
import type { IssueRecord } from '../../server/engine/record.js';
import { signedPush, textMessage } from '../../server/http/signed-push.js';
import type { AccountStore } from '../../server/store/account-store.js';
import { LibsqlStore } from '../../server/store/libsql-store.js';
import { dedupeKey } from '../../wechat/inbound.js';
import { readReply } from '../../wechat/read-reply.js';
import { newFolder, peakday, summaryIn } from '../support/cli.js';
import { killable, TOKEN } from '../support/reference-child.js';

const KILLS = 30;
const CONNECTIONS = 16;
const FANS = 400;
const RIGHTS = 60;

const folder = newFolder();
const scenario = join(folder, 'killed.yaml');
writeFileSync(
  scenario,
  `name: killed
day: { length: 2s }
fans: { followers: 5000 }
intents:
  order: { says: ["订单{order}到哪了"], expect: { contains: "{order}" } }
traffic:
  - { name: all, model: poisson, total: 300, sends: order }
server:
  answers:
    rules:
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }
  account:
    buying: { words: [抢购], rights: ${RIGHTS}, waiting: 20 }
    inbox: { size: 1000 }
`,
);

/** By message: the first body of status 200. */
type Told = Map<number, string>;

function contentOf(number: number): string {
  return number % 3 === 0 ? '抢购' : number % 7 === 0 ? `你好 ${number}` : `订单${number}`;
}

function messageOf(number: number) {
  return { ...textMessage(number, contentOf(number), `fan-${number % FANS}`), toUserName: 'gh_peakday' };
}

/** Undefined: no whole answer came. */
async function post(pool: Pool, number: number): Promise<{ status: number; body: string } | undefined> {
  // Each post is signed anew, as the platform does.
  const nonce = `${number}-${Math.floor(random.uniform() * 1e9)}`;
  const { url: path, headers, payload } = signedPush(TOKEN, messageOf(number), undefined, nonce);
  try {
    const response = await pool.request({ method: 'POST', path, headers, body: payload });
    return { status: response.statusCode, body: await response.body.text() };
  } catch {
    return undefined;
  }
}

const random = randomStream(1, 'killed');

function textOf(body: string): string | undefined {
  const read = readReply(body);
  if (read.kind === 'malformed') throw new Error(read.reason);
  return read.kind === 'reply' && read.reply.kind === 'text' ? read.reply.content : undefined;
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** By key: what is stored for a message. */
async function stored(store: AccountStore) {
  const replies = new Map((await all(store.exportRows('reply'))).map((row) => [row.messageSeq, row]));
  const messages = await all(store.exportRows('message'));
  return { messages, byKey: new Map(messages.map((row) => [row.key, { row, reply: replies.get(row.seq) }])) };
}

function expectFairIssues(issues: readonly IssueRecord[]): void {
  expect(new Set(issues.map(({ number }) => number)).size).toBe(issues.length);
  expect(new Set(issues.map(({ openid }) => openid)).size).toBe(issues.length);
  expect(issues.filter(({ number }) => number > RIGHTS + 20)).toEqual([]);
}

it(`killed ${KILLS} times it has all it acknowledged, repeats what it said, issues nothing twice`, async () => {
  const file = join(folder, 'account.db');
  const begin = await killable(scenario, file);
  const told: Told = new Map();
  let next = 0;
  let cutOff: number[] = [];
  let repeats = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const server = await begin();
    const pool = new Pool(server.origin, { connections: CONNECTIONS, pipelining: 1 });
    // What was cut off is posted again, as the platform does, and some of what was answered before.
    const again = [...cutOff, ...[...told.keys()].slice(-20)];
    cutOff = [];
    for (const number of again) {
      const response = await post(pool, number);
      expect(response?.status).toBe(200);
      const before = told.get(number);
      if (before !== undefined) repeats += 1;
      expect(response!.body).toBe(before ?? response!.body);
      told.set(number, response!.body);
    }
    let isOver = false;
    const fan = async () => {
      while (!isOver) {
        const number = next++;
        const response = await post(pool, number);
        if (response === undefined) cutOff.push(number);
        else {
          expect(response.status).toBe(200);
          told.set(number, response.body);
        }
      }
    };
    const fans = Promise.all(Array.from({ length: CONNECTIONS }, fan));
    await sleepMs(20 + random.below(120));
    await server.kill();
    isOver = true;
    await fans;
    await pool.destroy();
  }
  expect(told.size).toBeGreaterThan(10 * KILLS);
  expect(repeats).toBeGreaterThan(10 * KILLS);

  // The whole rehearsal against what has been killed so often.
  const last = await begin();
  const out = join(folder, 'out');
  const ran = await peakday(['run', scenario, '--target', last.callbackUrl, '--out', out], { PEAKDAY_TOKEN: TOKEN });
  expect(ran.stderr + ran.stdout).toContain('300 messages');
  await last.kill();

  const store = await LibsqlStore.open(file);
  const { messages, byKey } = await stored(store);
  expect(byKey.size).toBe(messages.length);
  for (const [number, body] of told) {
    const kept = byKey.get(dedupeKey(messageOf(number)));
    expect(kept?.reply, `message ${number} got 200`).toBeDefined();
    expect(kept!.reply!.text).toBe(textOf(body));
  }
  const issues = await all(store.exportRows('issue'));
  expectFairIssues(issues);
  const granted = [...told].flatMap(([number, body]) => {
    const right = /第 (\d+) 个购买资格/.exec(body)?.[1];
    return right === undefined ? [] : [`fan-${number % FANS} ${right}`];
  });
  const given = new Set(issues.map(({ openid, number }) => `${openid} ${number}`));
  expect(granted.filter((right) => !given.has(right))).toEqual([]);
  expect(issues.filter(({ number }) => number <= RIGHTS)).toHaveLength(RIGHTS);

  // The runner's ledger, message by message.
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = await connection.runAndReadAll(`SELECT id, outcome FROM '${join(out, 'ledger.parquet')}'`);
  // The run's numbers have nineteen digits and count up from its first message's; those sent here have seventeen.
  const ofRun = messages.filter(({ key }) => /^\d{19}$/.test(key)).sort((a, b) => (a.key < b.key ? -1 : 1));
  const byId = new Map(ofRun.map((row) => [Number(BigInt(row.key) - BigInt(ofRun[0]!.key)), row]));
  const ledger = rows.getRowObjects() as { id: number; outcome: string }[];
  expect(ledger).toHaveLength(300);
  expect(summaryIn(out).outcomes.answered).toBe(300);
  for (const { id, outcome } of ledger) {
    const row = byId.get(Number(id));
    expect([id, outcome, row?.state]).toEqual([id, 'answered', 'taken']);
    const order = /\d+/.exec(row!.text)![0];
    expect(byKey.get(row!.key)!.reply!.text).toBe(`订单${order}已发货`);
  }
  expect(byId.size).toBe(300);
  await store.close();
}, 300_000);
