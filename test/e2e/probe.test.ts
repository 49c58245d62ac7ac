import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProbeDocument } from '../../sim/probe/document.js';
import { readInbound } from '../../wechat/read-inbound.js';
import { newCertificate } from '../support/certificate.js';
import { callbackUrl, newFolder, peakday, start } from '../support/cli.js';
import { http, type RawRequest, rawTarget, textReply } from '../support/raw-target.js';

const folder = newFolder();
/** Every right answer is right for one message alone: one held against another's is `wrong`. */
const scenario = join(folder, 'probed.yaml');
writeFileSync(
  scenario,
  `name: probed
seed: 5
day: { length: 10s }
fans: { followers: 100000 }
intents:
  order: { says: ["订单{order}"], expect: { equals: "订单{order}已发货" } }
traffic:
  - { name: orders, model: poisson, rate: 200/s, sends: order }
server:
  workers: 8
  workTime: { mean: 2ms }
  answers:
    rules:
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }
`,
);

const answerOf = (message: ReturnType<typeof readInbound> | undefined) =>
  textReply(message, message?.kind === 'text' ? `${message.content}已发货` : '');

/** A server on node:http that works on `places` messages at a time, `workMs` each. */
async function placesTarget(places: number, workMs: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;
  let mostBusy = 0;
  const work = (response: ServerResponse, body: string) => {
    busy++;
    mostBusy = Math.max(mostBusy, busy);
    setTimeout(() => {
      busy--;
      response.end(answerOf(readInbound(body)));
      waiting.shift()?.();
    }, workMs);
  };
  const server = createServer((request, response) => {
    const echo = new URL(request.url ?? '', 'http://x').searchParams.get('echostr');
    if (echo !== null) return response.end(echo);
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    return request.on('end', () => {
      if (busy < places) work(response, body);
      else waiting.push(() => work(response, body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wechat`,
    mostBusy: () => mostBusy,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const probe = (url: string, words: readonly string[]) =>
  peakday(['probe', scenario, '--target', url, '--token', 'x', ...words]);

async function probeRaw(answer: (request: RawRequest) => void, words: readonly string[]): Promise<ProbeDocument> {
  const target = await rawTarget(answer);
  const ended = await probe(target.url, ['--json', ...words]);
  await target.close();
  expect(ended.stderr).toBe('');
  expect(ended.exitCode).toBe(0);
  return JSON.parse(ended.stdout);
}

describe('the ceiling and the knee', () => {
  it('of a server with 4 places of 10 ms each are some 400/s and 4 connections', async () => {
    const target = await placesTarget(4, 10);
    const out = join(folder, 'places');
    const ended = await probe(target.url, ['--connections', '1,2,4,8,16', '--step', '1.2s', '--out', out]);
    target.close();
    const document: ProbeDocument = JSON.parse(readFileSync(join(out, 'probe.json'), 'utf8'));
    expect(ended.exitCode).toBe(0);
    expect(document.schema).toBe('peakday.probe/1');
    expect(target.mostBusy()).toBe(4);
    expect(document.ceiling!.perSecond).toBeGreaterThan(240);
    expect(document.ceiling!.perSecond).toBeLessThan(420);
    if (document.knee.type !== 'found') throw new Error(document.knee.type);
    // One rung of slack: the machine may be busy.
    expect(document.knee.knee.connections).toBeGreaterThanOrEqual(2);
    expect(document.knee.knee.connections).toBeLessThanOrEqual(8);
    expect(document.usl.type).toBe('fitted');
    expect(document.advice!.perSecond).toBeCloseTo(document.ceiling!.perSecond * 0.7, 0);
    for (const { failures, littleRatio } of document.steps) {
      expect(Object.values(failures)).toEqual(Object.values(failures).map(() => 0));
      expect(littleRatio).toBeGreaterThan(0.8);
      expect(littleRatio).toBeLessThan(1.15);
    }
    expect(ended.stdout).toContain('← knee');
    expect(ended.stdout).toContain('coordinated omission');
    expect(ended.stdout).toContain('probe.json');
  });

  it('of the reference server, which is started and stopped for it', async () => {
    const ended = await peakday(['probe', scenario, '--connections', '1,4', '--step', '600ms', '--json']);
    const document: ProbeDocument = JSON.parse(ended.stdout);
    expect(ended.exitCode).toBe(0);
    expect(document.target.reference).toBe(true);
    expect(document.stop).toBe('top');
    expect(document.ceiling!.perSecond).toBeGreaterThan(100);
    expect(document.usl).toMatchObject({ type: 'refused' });
    expect(existsSync('probe.json')).toBe(false);
  });
});

describe('a status 200 is not enough', () => {
  it('a target that answers wrong bodies fails at once, and there is no ceiling', async () => {
    const target = await rawTarget(({ socket, message }) => socket.write(http(textReply(message, '你好'))));
    const ended = await probe(target.url, ['--connections', '2,4', '--step', '600ms']);
    await target.close();
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toMatch(/✗ THE TARGET FAILS at 2 connections\n {2}100 % of what was sent failed: wrong \d+/);
    expect(ended.stdout).not.toContain('ADVISED');
  });

  it.each([
    [
      'misaddressed',
      ({ socket, message }: RawRequest) => socket.write(http(textReply(message, 'x', { toUserName: 'o' }))),
    ],
    ['acknowledged', ({ socket }: RawRequest) => socket.write(http('success'))],
    ['malformed', ({ socket }: RawRequest) => socket.write(http('<html>'))],
    ['malformed', ({ socket, message }: RawRequest) => socket.write(http(answerOf(message).padEnd(200_000)))],
    ['status', ({ socket, message }: RawRequest) => socket.write(http(answerOf(message), '500 Oops'))],
    ['broken', ({ socket }: RawRequest) => setTimeout(() => socket.destroy(), 5)],
  ] as const)('%s', async (kind, answer) => {
    const { steps, stop, ceiling } = await probeRaw(answer, ['--connections', '2,4', '--step', '450ms']);
    expect(stop).toBe('errors');
    expect(ceiling).toBeNull();
    expect(steps[0]!.failures[kind]).toBeGreaterThan(0);
    expect(steps[0]!.right).toBe(0);
  });

  it('a target that says nothing', async () => {
    const { steps, stop } = await probeRaw(() => {}, ['--connections', '2,4', '--step', '450ms']);
    expect(stop).toBe('silent');
    expect(steps).toHaveLength(1);
  });
});

describe('each answer is held against its own message', () => {
  it('after connections that broke, at any point of an answer', async () => {
    let count = 0;
    const { steps } = await probeRaw(
      ({ socket, message }) => {
        const answer = Buffer.from(http(answerOf(message)));
        count++;
        setTimeout(() => {
          if (count % 50 !== 0) socket.write(answer);
          else if (count % 100 === 0) socket.end(answer.subarray(0, count % answer.length));
          else socket.write(answer.subarray(0, count % answer.length), () => socket.resetAndDestroy());
        }, 2);
      },
      ['--connections', '8', '--step', '1.5s'],
    );
    const { failures, right, latencyMs } = steps[0]!;
    expect(failures).toEqual({ ...failures, wrong: 0, misaddressed: 0, malformed: 0, status: 0, timeout: 0 });
    expect(failures.broken).toBeGreaterThan(3);
    expect(right).toBeGreaterThan(failures.broken * 20);
    // A duration shifted by one request would be twice as long.
    expect(latencyMs!.p50).toBeLessThan(200);
  });

  it('where the target closes after every answer: nothing is lost by that', async () => {
    const { steps } = await probeRaw(
      ({ socket, message }) => socket.end(http(answerOf(message), '200 OK', 'connection: close\r\n')),
      ['--connections', '4', '--step', '600ms'],
    );
    expect(steps[0]!.right).toBeGreaterThan(20);
    expect(Object.values(steps[0]!.failures)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('where a character is cut in two by the network', async () => {
    const { steps } = await probeRaw(
      ({ socket, message }) => {
        const answer = Buffer.from(http(answerOf(message)));
        const cut = answer.indexOf('已发货') + 1;
        socket.write(answer.subarray(0, cut), () => setTimeout(() => socket.write(answer.subarray(cut)), 3));
      },
      ['--connections', '2', '--step', '600ms'],
    );
    expect(steps[0]!.right).toBeGreaterThan(10);
    expect(steps[0]!.failures.wrong).toBe(0);
  });
});

describe('a target that is reached in its own way', () => {
  it('over TLS, by its own authority or by explicit word, with a header of each post', async () => {
    const [own, other] = [newCertificate(folder, 'own'), newCertificate(folder, 'other')];
    const stages = new Set<string>();
    let isSwapped = false;
    let posts = 0;
    const server = createTlsServer(own.pem, (request, response) => {
      stages.add(String(request.headers['x-stage']));
      const echo = new URL(request.url ?? '', 'https://x').searchParams.get('echostr');
      if (echo !== null) {
        response.end(echo);
        // Whoever connects from now on meets somebody else.
        if (isSwapped) server.setSecureContext(other.pem);
        return;
      }
      posts++;
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => response.end(answerOf(readInbound(body))));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/wechat?key=hush`;
    const words = ['--header', 'X-Stage: rehearsal', '--connections', '2', '--step', '450ms', '--json'];
    const [trusted, insecure] = await Promise.all([
      probe(url, [...words, '--ca', own.certFile]),
      probe(url, [...words, '--insecure']),
    ]);
    isSwapped = true;
    posts = 0;
    const swapped = await probe(url, [...words, '--ca', own.certFile]);
    server.closeAllConnections();
    server.close();
    for (const { stdout } of [trusted, insecure]) {
      const { steps, target }: ProbeDocument = JSON.parse(stdout);
      expect(steps[0]!.right).toBeGreaterThan(10);
      expect(Object.values(steps[0]!.failures)).toEqual([0, 0, 0, 0, 0, 0, 0]);
      expect(target.url).not.toContain('hush');
    }
    expect([...stages]).toEqual(['rehearsal']);
    const { steps, ceiling }: ProbeDocument = JSON.parse(swapped.stdout);
    expect(steps[0]!.right).toBe(0);
    expect(ceiling).toBeNull();
    expect(posts).toBe(0);
  });

  it('in safe mode, with the key it was set up with', async () => {
    const safe = join(folder, 'safe.yaml');
    writeFileSync(safe, `${readFileSync(scenario, 'utf8')}platform: { mode: safe }\n`);
    const token = { PEAKDAY_TOKEN: 'token' };
    const environment = { ...token, PEAKDAY_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE' };
    const served = start(['serve', safe, '--port', '0'], environment);
    const url = await served.saw(callbackUrl);
    const words = ['probe', safe, '--target', url, '--connections', '2', '--step', '450ms'];
    const right = await peakday([...words, '--json'], environment);
    const without = await peakday(words, token);
    served.child.kill('SIGKILL');
    const [step] = (JSON.parse(right.stdout) as ProbeDocument).steps;
    expect(step!.right).toBeGreaterThan(10);
    expect(Object.values(step!.failures)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain('platform.mode is safe: say --aes-key or PEAKDAY_AES_KEY');
  });
});

describe('ends', () => {
  it('Ctrl-C: the steps taken are shown, exit 105', async () => {
    const target = await placesTarget(4, 5);
    const running = start(['probe', scenario, '--target', target.url, '--token', 'x', '--step', '1s', '--json']);
    while (target.mostBusy() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    running.child.kill('SIGINT');
    const { exitCode, stdout } = await running.ended;
    target.close();
    expect(exitCode).toBe(105);
    expect(JSON.parse(stdout)).toMatchObject({ stop: 'interrupted' });
  });

  it('3 where nobody is there, and where the signature is refused', async () => {
    const nobody = await probe('http://127.0.0.1:9/wechat', []);
    expect(nobody.exitCode).toBe(3);
    expect(nobody.stderr).toContain('nothing listens there');
    const target = createServer((_, response) => response.writeHead(403).end());
    await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
    const refused = await probe(`http://127.0.0.1:${(target.address() as AddressInfo).port}/`, []);
    target.close();
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('refuses the signature');
  });

  it.each([
    [['--connections', '4,2'], 'no list of rising whole numbers like 1,2,4,8'],
    [['--connections', '0'], 'no list of rising whole numbers'],
    [['--step', '3'], '--step "3" is no duration like 3s'],
    [['--step', '1ms'], 'from 300ms to 10m 00s'],
    [['--target', 'http://127.0.0.1:80'], '--token or PEAKDAY_TOKEN'],
    [['--target', 'http://203.0.113.9/', '--token', 'x'], '--allow-public'],
    [['--target', 'https://127.0.0.1/', '--token', 'x', '--ca', 'nowhere.pem'], '--ca "nowhere.pem" cannot be read'],
    [['--sped', '2'], 'sped'],
  ])('2 for %j', async (words, says) => {
    const ended = await peakday(['probe', scenario, ...words]);
    expect(ended.stderr).toContain(says);
    expect(ended.exitCode).toBe(2);
  });
});
