import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { signedPush, textMessage } from './signed-push.js';
import { CONTROL_TOKEN, listeningServer, TOKEN, testServer } from './test-server.js';

interface Health {
  readonly ready: boolean;
  readonly waiting: number;
  readonly expectedWaitS: number;
  readonly shed: number;
  readonly expired: number;
  readonly cut: number;
}

const aMinute = { distribution: 'constant', mean: 60, sigma: 0 } as const;
const push = (number: number) => signedPush(TOKEN, textMessage(number, 'hello'));

describe('a server with too much to do', () => {
  it('is alive and not ready once its queue is over 80 % full', async () => {
    const { app } = testServer({ workers: 1, queue: 5, deadlineS: 3_600, workTime: aMinute });
    await app.ready();
    const stateOf = async (path: string) => {
      const response = await app.inject(path);
      return { ...response.json<Health>(), status: response.statusCode };
    };
    const pushes = [1, 2, 3, 4, 5].map((number) => app.inject(push(number)));
    await expect.poll(async () => (await stateOf('/healthz')).waiting).toBe(4);
    expect(await stateOf('/readyz')).toMatchObject({ status: 200, ready: true, expectedWaitS: 300 });
    pushes.push(app.inject(push(6)), app.inject(push(7)));
    await expect.poll(async () => (await stateOf('/healthz')).shed).toBe(1);
    expect(await stateOf('/healthz')).toMatchObject({ status: 200, ready: false, waiting: 5, expectedWaitS: 360 });
    expect(await stateOf('/readyz')).toMatchObject({ status: 503, ready: false });
    const metrics = (await app.inject('/metrics')).body;
    for (const line of [
      'peakday_waiting 5',
      'peakday_queue_limit 5',
      'peakday_expected_wait_seconds 360',
      'peakday_ready 0',
      'peakday_outcomes_total{outcome="shed"} 1',
    ]) {
      expect(metrics).toContain(`${line}\n`);
    }
  });

  it('is not ready either when whoever comes now would be answered too late', async () => {
    const { app } = testServer({ workers: 1, queue: 1_000, deadlineS: 90, workTime: aMinute });
    await app.ready();
    void app.inject(push(1));
    await expect.poll(async () => (await app.inject('/readyz')).statusCode).toBe(200);
    void app.inject(push(2));
    await expect.poll(async () => (await app.inject('/readyz')).statusCode).toBe(503);
  });

  it('sizes its queue to the deadline, if told to', async () => {
    const workTime = { distribution: 'exponential', mean: 0.01, sigma: 0 } as const;
    const { app } = testServer({ workers: 4, queue: 'auto', deadlineS: 0.5, workTime });
    expect((await app.inject('/healthz')).json()).toMatchObject({ queue: 160 });
  });
});

describe('connections that the platform cuts, on real sockets', () => {
  /** Posts the message, which makes a backlog of so many, and hangs up when the server has it. */
  async function cutPost(url: string, number: number): Promise<void> {
    const { url: path, headers, payload } = push(number);
    const posted = request(`${url}${path}`, { method: 'POST', headers });
    const gone = new Promise((resolve) => posted.on('close', resolve));
    posted.on('error', () => {});
    posted.end(payload);
    await expect.poll(async () => (await healthOf(url)).backlog, { interval: 5 }).toBe(number);
    posted.destroy();
    await gone;
  }
  const healthOf = async (url: string) =>
    (await fetch(`${url}/healthz`)).json() as Promise<Health & { backlog: number }>;
  const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text();
  const stall = (url: string) =>
    fetch(`${url}/control/faults`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CONTROL_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ do: 'stall', for: 3_600 }),
    });
  const unstall = (url: string) =>
    fetch(`${url}/control/faults`, { method: 'DELETE', headers: { authorization: `Bearer ${CONTROL_TOKEN}` } });

  it.each([
    ['drop-expired', 1, 1],
    ['fifo', 0, 2],
  ] as const)('%s: are counted; %i dropped, %i worked on for nobody', async (order, expired, unheard) => {
    const { url } = await listeningServer({ workers: 1, order, deadlineS: 60 });
    await stall(url);
    await cutPost(url, 1);
    await cutPost(url, 2);
    await expect.poll(async () => (await healthOf(url)).cut, { interval: 5 }).toBe(2);
    await unstall(url);
    await expect.poll(async () => (await healthOf(url)).backlog, { interval: 5 }).toBe(0);
    expect(await healthOf(url)).toMatchObject({ cut: 2, expired });
    const metrics = await metricsOf(url);
    expect(metrics).toContain('peakday_cut_total 2\n');
    expect(metrics).toContain(`peakday_outcomes_total{outcome="expired"} ${expired}\n`);
    expect(metrics).toContain(`peakday_outcomes_total{outcome="unheard"} ${unheard}\n`);
    expect(metrics).toContain(`peakday_work_seconds_count ${unheard}\n`);
    expect(metrics).toContain('peakday_outcomes_total{outcome="answered"} 0\n');
  });
});
