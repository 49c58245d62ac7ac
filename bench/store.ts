/**
 * What keeping an account on disk costs: flat out, at half of that, and searching among a million messages.
 *
 * A message is what a server stores for one: the message, its reply, the fan's row. Alone: `node dist/bench/store.js`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { monotonicClock, sleepMs } from '../core/clock.js';
import { formatCount } from '../core/units.js';
import type { Change } from '../server/engine/record.js';
import { LibsqlStore } from '../server/store/libsql-store.js';

const FANS = 200_000;
const FLAT_OUT_MESSAGES = 200_000;
const IN_FLIGHT = 1_000;
const HALF_LOAD_S = 6;
const MILLION = 1_000_000;
const FIRST_MS = 1_700_000_000_000;

/** Prints as it goes. `rows`: messages stored before searching. */
export async function benchStore(print: (line: string) => void, rows = MILLION): Promise<void> {
  // In the present folder and not in a temporary one, which may be memory.
  const folder = mkdtempSync(join(process.cwd(), '.bench-store-'));
  try {
    const store = await LibsqlStore.open(`file:${join(folder, 'account.db')}`);
    const flatOut = await commitFlatOut(store, 0, FLAT_OUT_MESSAGES);
    print(
      `  flat out     ${formatCount(Math.round(flatOut.perS))} durable messages/s · ${flatOut.mainUs.toFixed(1)} µs CPU of the caller's thread and ${flatOut.allUs.toFixed(1)} µs of all threads a message, indexing included`,
    );
    const half = await commitAtRate(store, FLAT_OUT_MESSAGES, flatOut.perS / 2);
    print(
      `  half of that commit p50 ${half.p50.toFixed(1)} ms · p99 ${half.p99.toFixed(1)} ms · max ${half.max.toFixed(1)} ms`,
    );
    let stored = FLAT_OUT_MESSAGES + half.messages;
    if (stored < rows) await commitFlatOut(store, stored, rows - stored);
    stored = Math.max(stored, rows);
    const lagS = await timedS(() => store.indexed());
    const counts = await store.counts();
    print(
      `  ${formatCount(stored)} messages: ${formatCount(Math.round(counts.databaseBytes / stored))} bytes each on disk, index included · indexed ${lagS.toFixed(1)} s after the last`,
    );
    for (const [what, ask] of questions(store)) {
      const times: number[] = [];
      let found = 0;
      for (let round = 0; round < 5; round += 1) {
        const spentS = await timedS(async () => {
          found = await ask();
        });
        times.push(1_000 * spentS);
      }
      print(
        `    ${what.padEnd(34)} ${formatCount(found).padStart(6)} rows in ${median(times).toFixed(1)} ms (first ${times[0]!.toFixed(1)})`,
      );
    }
    await store.close();
    let loaded = 0;
    const openS = await timedS(async () => {
      const opened = await LibsqlStore.open(`file:${join(folder, 'account.db')}`);
      const { users } = await opened.load({
        answersSinceMs: FIRST_MS + stored - 15_000,
        maxAnswers: 500_000,
        outboxSinceMs: Number.MAX_SAFE_INTEGER,
      });
      loaded = users.length;
      await opened.close();
    });
    print(`  opened again ${formatCount(loaded)} fans and the last 15,000 answers in ${openS.toFixed(1)} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function questions(store: LibsqlStore): [string, () => Promise<number>][] {
  const search = (text: string) => async () => (await store.search({ text, limit: 50 })).rows.length;
  return [
    ['花 (in every second)', search('花')],
    ['开花 (in one of 7)', search('开花')],
    ['什么时候开花', search('什么时候开花')],
    ['花 茶', search('花 茶')],
    ['777777 (once)', search('777777')],
    ['hello 优惠', search('hello 优惠')],
    ['not there: 云南白药', search('云南白药')],
    ['fans called 花177', async () => (await store.searchUsers({ text: '花 177', limit: 50 })).rows.length],
    ['thread of a fan', async () => (await store.thread(openidOf(4_711), { limit: 50 })).rows.length],
    [
      'who got a reply, by rule',
      async () => (await store.repliesWith({ rule: 'rule 3', contains: '三月', limit: 1_000 })).rows.length,
    ],
    [
      'who got a reply that nobody got',
      async () => (await store.repliesWith({ contains: '没有人', limit: 1_000 })).rows.length,
    ],
  ];
}

async function commitFlatOut(store: LibsqlStore, first: number, count: number) {
  const before = threadsUs();
  const startUs = monotonicClock.nowUs();
  let next = first;
  const one = async (): Promise<void> => {
    while (next < first + count) {
      next += 1;
      await store.commit(changesOf(next));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  const spentS = (monotonicClock.nowUs() - startUs) / 1e6;
  const spent = threadsUs();
  return {
    perS: count / spentS,
    mainUs: (spent.main - before.main) / count,
    allUs: (spent.all - before.all) / count,
  };
}

/** Processor time of this thread and of all threads of the process; Linux. */
function threadsUs(): { main: number; all: number } {
  const ofThread = (id: string) =>
    Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'utf8').split(' ')[0]) / 1_000;
  const all = readdirSync('/proc/self/task').reduce((sum, id) => sum + ofThread(id), 0);
  return { main: ofThread(String(process.pid)), all };
}

async function commitAtRate(store: LibsqlStore, first: number, perS: number) {
  const startUs = monotonicClock.nowUs();
  const waits: Promise<number>[] = [];
  for (;;) {
    const elapsedS = (monotonicClock.nowUs() - startUs) / 1e6;
    if (elapsedS >= HALF_LOAD_S) break;
    while (waits.length < elapsedS * perS) {
      const dueUs = startUs + (waits.length / perS) * 1e6;
      waits.push(
        store.commit(changesOf(first + waits.length + 1)).then(() => (monotonicClock.nowUs() - dueUs) / 1_000),
      );
    }
    await sleepMs(1);
  }
  const ms = (await Promise.all(waits)).sort((a, b) => a - b);
  const at = (part: number) => ms[Math.min(ms.length - 1, Math.floor(part * ms.length))]!;
  return { messages: ms.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

const words = ['你好', '我想问一下', '什么时候开花', '门票多少钱', '停车场在哪里', 'hello', '优惠还有吗'];
const things = ['樱花', '茶', '桂花', '奶茶'];

function changesOf(n: number): Change[] {
  // A step that has no factor in common: fans take turns, neighbours in time are strangers.
  const fan = (n * 7_919) % FANS;
  const atMs = FIRST_MS + n;
  const openid = openidOf(fan);
  return [
    {
      put: 'message',
      row: {
        seq: n,
        key: String(24_051_524_690_000_000 + n),
        openid,
        kind: 'text',
        text: `${words[n % 7]}，${things[n % 4]}${words[(n >> 3) % 7]} ${n}`,
        atMs,
        state: 'taken',
      },
    },
    {
      put: 'reply',
      row: {
        id: n,
        messageSeq: n,
        openid,
        text: '花期在三月中旬到四月上旬，门票六十元，停车场在东门外。',
        rule: `rule ${n % 20}`,
        version: 1,
        createTimeS: Math.floor(atMs / 1_000),
        atMs,
      },
    },
    {
      put: 'user',
      row: {
        openid,
        name: `花 ${fan}`,
        source: undefined,
        firstSeenMs: FIRST_MS,
        lastSeenMs: atMs,
        lastWroteMs: atMs,
        isFollowing: true,
        messages: n,
        tags: [],
        grade: undefined,
        bought: 0,
        tookPart: 0,
        asked: 0,
      },
    },
  ];
}

function openidOf(fan: number): string {
  return `oABCD5${((fan * 2_654_435_761) % 4_294_967_296).toString(36).padStart(7, '0')}${String(fan).padStart(15, 'x')}`;
}

async function timedS(work: () => Promise<unknown>): Promise<number> {
  const startUs = monotonicClock.nowUs();
  await work();
  return (monotonicClock.nowUs() - startUs) / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchStore((line) => process.stdout.write(`${line}\n`), Number(process.argv[2] ?? MILLION));
}
