/** What a server on the open net gets: refused, counted, and nothing of it kept. Raw sockets, for no client sends this. */
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { every, wallMs } from '../core/clock.js';
import { type RandomStream, randomStream } from '../core/random.js';
import { signedPush, textMessage } from '../server/http/signed-push.js';
import { LibsqlStore } from '../server/store/libsql-store.js';
import { BODY_LIMIT_BYTES } from '../wechat/limits.js';
import { pushQuery } from '../wechat/signature.js';
import { writeInbound } from '../wechat/write-inbound.js';
import { newFolder } from './support/cli.js';
import { killable, TOKEN } from './support/reference-child.js';

const REQUESTS = 200_000;
const BATCH = 50;
const CONNECTIONS = 8;
/** Of them those after which a server closes the connection. */
const CLOSING = 2_000;
const VALID = 20;

const message = (number: number) => ({ ...textMessage(number, '你好'), toUserName: 'gh_peakday' });
const nowS = () => Math.floor(wallMs() / 1_000);

function request(query: string, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string);
  const head = `POST /wechat?${query} HTTP/1.1\r\nhost: x\r\ncontent-type: text/xml\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

let nonces = 0;
/** As only the platform can sign. */
function signed(body: string | Buffer): Buffer {
  nonces += 1;
  return request(pushQuery({ token: TOKEN, timestampS: nowS(), nonce: `n${nonces}` }), body);
}

function cut(random: RandomStream, text: string): string {
  return text.slice(0, random.below(text.length - 1));
}

/** One byte of it is another. */
function flipped(random: RandomStream, text: string): Buffer {
  const bytes = Buffer.from(text);
  const at = random.below(bytes.length);
  bytes[at] = bytes[at]! ^ (1 + random.below(255));
  return bytes;
}

/** Each refused on a connection that stays. `seen`: queries the server has taken a message under. */
function attacks(random: RandomStream, seen: readonly string[]): (() => Buffer)[] {
  const body = () => writeInbound(message(1_000 + random.below(1_000_000)));
  const query = (timestampS: number, token = TOKEN) =>
    pushQuery({ token, timestampS, nonce: String(random.below(1e9)) });
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "${'&a;'.repeat(20)}">]><xml>${'&b;'.repeat(50)}</xml>`;
  return [
    () => request('', body()),
    () => request(query(nowS(), 'guessed'), body()),
    () => request(query(nowS()).replace(/signature=\w/, 'signature=x'), body()),
    () => request(`${query(nowS())}&signature=x`, body()),
    () => request(query(nowS() - 600 - random.below(1e6)), body()),
    () => request(seen[random.below(seen.length)]!, body()),
    () => request(seen[random.below(seen.length)]!, flipped(random, writeInbound(message(random.below(VALID))))),
    () => signed(cut(random, body())),
    () => signed(`<xml>${'<a>'.repeat(40 + random.below(2_000))}`),
    () => signed(bomb),
    () => signed(body().replace('<![CDATA[你好]]>', '&#0;&#xFFFFFF;&unknown;')),
    () => signed(Buffer.from(body(), 'utf16le')),
    () =>
      signed(Buffer.from([0xff, 0xfe, 0x00, ...Array.from({ length: random.below(200) }, () => random.below(256))])),
    () => signed(body().replaceAll('gh_peakday', 'gh_other')),
    () => signed(body().replace(/<MsgId>\d+/, '<MsgId>1e5')),
    () => signed(''),
    () =>
      request(`${query(nowS())}&encrypt_type=aes&msg_signature=${'0'.repeat(40)}`, '<xml><Encrypt>x</Encrypt></xml>'),
  ];
}

/** After which the connection is closed. */
function closing(random: RandomStream): Buffer {
  const body = writeInbound(message(5));
  const kinds = [
    () => signed(body.replace('你好', 'x'.repeat(BODY_LIMIT_BYTES))),
    () => Buffer.from(`POST /wechat HTTP/9.9\r\nhost: x\r\n\r\n`),
    () => Buffer.from(`POST /wechat?${'q'.repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`),
    () => Buffer.from('POST /wechat HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\nab'),
    () => Buffer.from(Array.from({ length: 20 + random.below(200) }, () => random.below(256))),
    () => signed(body).subarray(0, 20 + random.below(100)),
  ];
  return kinds[random.below(kinds.length)]!();
}

/** Sends it, waits for the close, and gives what came. */
async function oneShot(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let came = '';
  socket.on('data', (chunk) => {
    came += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return came;
}

class Pipeline {
  readonly statuses = new Map<string, number>();
  readonly #socket: Socket;
  #tail = '';
  #awaited = 0;
  #onAll: (() => void) | undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => this.#hear(chunk.toString('latin1')));
    this.#socket.on('close', () => this.#onAll?.());
  }

  /** Resolves when as many answers came. */
  async send(requests: readonly Buffer[]): Promise<void> {
    this.#awaited = requests.length;
    const all = new Promise<void>((resolve) => {
      this.#onAll = resolve;
    });
    this.#socket.write(Buffer.concat(requests));
    await all;
    if (this.#awaited > 0) throw new Error(`the connection was closed, ${this.#awaited} answers are missing`);
  }

  end(): void {
    this.#socket.destroy();
  }

  #hear(text: string): void {
    const heard = this.#tail + text;
    const found = [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)];
    for (const [, status] of found) this.statuses.set(status!, (this.statuses.get(status!) ?? 0) + 1);
    // No status line is cut in two: what is left is shorter than one.
    const last = found.at(-1);
    this.#tail = heard.slice(Math.max(last === undefined ? 0 : last.index + last[0].length, heard.length - 12));
    this.#awaited -= found.length;
    if (this.#awaited === 0) this.#onAll?.();
  }
}

it(`refuses ${REQUESTS} hostile requests, keeps none, counts them, and stays as it was`, async () => {
  const folder = newFolder();
  const scenario = join(folder, 'plain.yaml');
  writeFileSync(
    scenario,
    `name: plain
day: { length: 2s }
fans: { followers: 10 }
intents: { hello: { says: [你好] } }
traffic: [{ name: all, model: poisson, total: 10, sends: hello }]
server: { answers: { fallback: { text: 你好 } } }
`,
  );
  const file = join(folder, 'account.db');
  const server = await (await killable(scenario, file))();
  const port = Number(new URL(server.origin).port);
  const metrics = async () => (await fetch(`${server.origin}/metrics`)).text();
  const outcome = async (name: string) =>
    Number(new RegExp(`peakday_outcomes_total\\{outcome="${name}"\\} (\\d+)`).exec(await metrics())![1]);
  const residentMb = async () => Number(/process_resident_memory_bytes (\d+)/.exec(await metrics())![1]) / 1e6;

  const seen: string[] = [];
  for (let number = 0; number < VALID; number += 1) {
    const push = signedPush(TOKEN, message(number), undefined, `first-${number}`);
    const posted = await fetch(new URL(push.url, server.origin), { method: 'POST', body: push.payload });
    expect(posted.status).toBe(200);
    seen.push(push.url.split('?')[1]!);
    // The platform's own repeats: the same body, under the same signature or a new one.
    const anew = signedPush(TOKEN, message(number), undefined, `second-${number}`);
    for (const { url } of [push, anew]) {
      const repeat = await fetch(new URL(url, server.origin), { method: 'POST', body: push.payload });
      expect(await repeat.text()).toContain('你好');
    }
  }

  // Those that drip hold nobody up.
  const drips = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));
  // On a slow machine the server has enough of them meanwhile.
  for (const drip of drips) drip.on('error', () => {});
  const slow = signed(writeInbound(message(7)));
  let at = 0;
  const stopDripping = every(50, () => {
    for (const drip of drips) drip.write(slow.subarray(at, at + 1));
    at = Math.min(at + 1, slow.length - 2);
  });

  const random = randomStream(1, 'hostile');
  const kinds = attacks(random, seen);
  const pipelines = Array.from({ length: CONNECTIONS }, () => new Pipeline(port));
  const sendAll = async (count: number) => {
    let left = count;
    const client = async (pipeline: Pipeline) => {
      while (left > 0) {
        const size = Math.min(BATCH, left);
        left -= size;
        await pipeline.send(Array.from({ length: size }, () => kinds[random.below(kinds.length)]!()));
      }
    };
    await Promise.all(pipelines.map(client));
  };
  const bulk = REQUESTS - CLOSING;
  await sendAll(bulk / 4);
  const warmMb = await residentMb();
  await sendAll(bulk - bulk / 4);
  let shots = CLOSING;
  const shooter = async () => {
    while (shots > 0) {
      shots -= 1;
      expect(await oneShot(port, closing(random))).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
    }
  };
  await Promise.all(Array.from({ length: 32 }, shooter));

  const statuses = new Map<string, number>();
  for (const pipeline of pipelines) {
    for (const [status, count] of pipeline.statuses) statuses.set(status, (statuses.get(status) ?? 0) + count);
    pipeline.end();
  }
  expect([...statuses.keys()].sort()).toEqual(['400', '403']);
  const counted = (await outcome('refused')) + (await outcome('replayed')) + (await outcome('malformed'));
  expect(counted).toBeGreaterThanOrEqual(bulk);
  expect(await outcome('replayed')).toBeGreaterThan(bulk / 10);
  expect([await outcome('answered'), await outcome('duplicate')]).toEqual([VALID, 2 * VALID]);
  expect((await residentMb()) - warmMb).toBeLessThan(60);
  stopDripping();
  for (const drip of drips) drip.destroy();
  await server.kill();
  const store = await LibsqlStore.open(file);
  expect(await store.counts()).toMatchObject({ messages: VALID, replies: VALID });
  await store.close();
  rmSync(folder, { recursive: true });
}, 180_000);
