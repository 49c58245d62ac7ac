import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import type { FaultSpec, FaultStatus } from '../engine/fault.js';
import { signedPush, textMessage } from './signed-push.js';
import { CONTROL_TOKEN, TOKEN, testServer, uncontrolledServer } from './test-server.js';

const authorization = `Bearer ${CONTROL_TOKEN}`;
const url = '/control/faults';

const start = (app: FastifyInstance, payload: FaultSpec | object) =>
  app.inject({ method: 'POST', url, headers: { authorization }, payload });
const faultsOf = async (app: FastifyInstance) =>
  (await app.inject({ url, headers: { authorization } })).json<{ faults: FaultStatus[] }>().faults;
const send = (app: FastifyInstance, number: number, content = 'hello', fan?: string) =>
  app.inject(signedPush(TOKEN, textMessage(number, content, fan)));

describe('the controls', () => {
  it('do not exist without a token', async () => {
    expect((await uncontrolledServer().app.inject({ url, headers: { authorization } })).statusCode).toBe(404);
  });

  it.each([undefined, 'Bearer', 'Bearer wrong', CONTROL_TOKEN, `bearer ${CONTROL_TOKEN}`])(
    'refuse %s',
    async (given) => {
      const { app } = testServer();
      const headers = given === undefined ? {} : { authorization: given };
      for (const method of ['GET', 'POST', 'DELETE'] as const) {
        expect((await app.inject({ method, url, headers })).statusCode).toBe(401);
      }
    },
  );

  it.each([
    [{}, 'do'],
    [{ do: 'explode', for: 1 }, 'do'],
    [{ do: 'stall' }, 'for'],
    [{ do: 'stall', for: '10s' }, 'for'],
    [{ do: 'stall', for: 0 }, 'for'],
    [{ do: 'slow', for: 1 }, 'by'],
    [{ do: 'wrong-reply', for: 1, text: '' }, 'text'],
    [{ do: 'status', for: 1, code: 200 }, 'code'],
    [{ do: 'stall', for: 1, share: 1.5 }, 'share'],
    [{ do: 'stall', for: 1, fans: 0.5 }, 'fans'],
    [{ do: 'stall', for: 1, at: 0 }, '"at" is not known'],
    [{ do: 'stall', for: 1, share: 0.5, fans: 2 }, 'not both'],
  ])('say what is wrong with %o', async (body, named) => {
    const response = await start(testServer().app, body);
    expect(response.statusCode).toBe(400);
    expect(response.json<{ error: string }>().error).toContain(named);
  });

  it('start, show and clear', async () => {
    const { app } = testServer();
    const started = await start(app, { do: 'slow', by: 0, for: 60, name: 'database', share: 1 });
    expect(started.statusCode).toBe(201);
    expect(started.json()).toMatchObject({ id: 1, name: 'database', do: 'slow', share: 1, isActive: true, hits: 0 });
    expect(started.json<FaultStatus>().endUs).toBeGreaterThan(monotonicClock.nowUs() + 50e6);
    await send(app, 1);
    await send(app, 1);
    await send(app, 2);
    expect(await faultsOf(app)).toMatchObject([{ id: 1, hits: 2, fansHit: 2, isActive: true }]);
    const cleared = await app.inject({ method: 'DELETE', url, headers: { authorization } });
    expect(cleared.json()).toMatchObject({ faults: [{ id: 1, hits: 2, isActive: false }] });
  });
});

it('say in words what is wrong with a fault', async () => {
  const { app } = testServer();
  const said = async (fault: object) => {
    const response = await app.inject({ method: 'POST', url, headers: { authorization }, payload: fault });
    expect(response.statusCode).toBe(400);
    return response.json().error;
  };
  expect(await said({ do: 'sow' })).toBe('"do" must be one of wrong-reply, slow, stall, status, reset');
  expect(await said({ do: 'status', code: 200, fro: 5, share: 0.5, fans: 1.5 })).toBe(
    [
      '"for" is missing: a number above 0, up to 31622400',
      '"code" must be a whole number from 400 to 599',
      '"fro" is not known; known are do, code, name, for, share, fans',
      '"fans" must be a whole number from 1 to 10000000',
      'say "share" or "fans", not both',
    ].join('; '),
  );
  expect(await said([])).toBe('send an object like {"do": "stall", "for": 5}');
});

describe('faults', () => {
  it('give a wrong reply to exactly so many fans, the same on every post', async () => {
    const { app } = testServer();
    await start(app, { do: 'wrong-reply', text: '错了', for: 1, fans: 5 });
    const wrong = new Set<string>();
    for (let number = 0; (await faultsOf(app))[0]!.isActive; number += 1) {
      const fan = `fan-${number % 20}`;
      const [first, again] = [await send(app, number, 'hello', fan), await send(app, number, 'hello', fan)];
      expect(again.body).toBe(first.body);
      if (!first.body.includes('错了')) continue;
      expect(wrong.has(fan)).toBe(false);
      wrong.add(fan);
    }
    expect(wrong.size).toBe(5);
    expect(await faultsOf(app)).toMatchObject([{ hits: 5, fansHit: 5 }]);
    expect((await app.inject('/metrics')).body).toContain('peakday_replies_total{rule="wrong-reply"} 5\n');
  });

  it('leave acknowledgements right', async () => {
    const { app } = testServer();
    await start(app, { do: 'wrong-reply', text: '错了', for: 60 });
    expect((await send(app, 1, 'nothing')).body).toBe('success');
    expect((await send(app, 2)).body).toContain('错了');
  });

  it('send a status instead, on every post while they last', async () => {
    const { app } = testServer();
    await start(app, { do: 'status', code: 502, for: 60 });
    expect([(await send(app, 1)).statusCode, (await send(app, 1)).statusCode]).toEqual([502, 502]);
    expect(await faultsOf(app)).toMatchObject([{ hits: 1 }]);
    await app.inject({ method: 'DELETE', url, headers: { authorization } });
    expect((await send(app, 1)).body).toContain('你好');
    expect((await app.inject('/metrics')).body).toContain('peakday_outcomes_total{outcome="failed"} 2\n');
  });

  it('make work longer', async () => {
    const { app } = testServer();
    await start(app, { do: 'slow', by: 0.05, for: 60 });
    const startUs = monotonicClock.nowUs();
    await send(app, 1);
    expect(monotonicClock.nowUs() - startUs).toBeGreaterThan(45_000);
  });

  it('hold everything back until they are over; then all is answered', async () => {
    const { app } = testServer({ workers: 3, queue: 5 });
    const { endUs } = (await start(app, { do: 'stall', for: 0.4 })).json<FaultStatus>();
    const responses = Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 1].map((number) => send(app, number)));
    await expect.poll(async () => (await app.inject('/healthz')).json(), { interval: 5 }).toMatchObject({ backlog: 8 });
    expect((await responses).map(({ statusCode }) => statusCode)).toEqual([
      200, 200, 200, 200, 200, 200, 200, 200, 503, 200,
    ]);
    expect(monotonicClock.nowUs()).toBeGreaterThan(endUs - 1_000);
    expect((await app.inject('/healthz')).json()).toMatchObject({ backlog: 0 });
  });

  it('let go what they hold when they are cleared; the backlog takes its time', async () => {
    const { app } = testServer({ workers: 1, workTime: { distribution: 'constant', mean: 0.03, sigma: 0 } });
    await start(app, { do: 'stall', for: 60 });
    const responses = Promise.all([1, 2, 3].map((number) => send(app, number)));
    await sleepMs(200);
    const clearedUs = monotonicClock.nowUs();
    await app.inject({ method: 'DELETE', url, headers: { authorization } });
    for (const { body } of await responses) expect(body).toContain('你好');
    expect(monotonicClock.nowUs() - clearedUs).toBeGreaterThan(55_000);
  });

  it('are limited in number', async () => {
    const { app } = testServer();
    for (let count = 0; count < 100; count += 1) await start(app, { do: 'slow', by: 0, for: 60 });
    expect((await start(app, { do: 'slow', by: 0, for: 60 })).statusCode).toBe(409);
  });
});
