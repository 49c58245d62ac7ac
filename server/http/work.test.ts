import { describe, expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { signedPush, textMessage } from './signed-push.js';
import { TOKEN, testServer } from './test-server.js';

const constant = (mean: number) => ({ distribution: 'constant', mean, sigma: 0 }) as const;

describe('work', () => {
  it('goes at the rate that workers and work time give', async () => {
    const { app } = testServer({ workers: 2, workTime: constant(0.02) });
    await app.ready();
    const startUs = monotonicClock.nowUs();
    const pushes = Array.from({ length: 60 }, (_, number) =>
      app.inject(signedPush(TOKEN, textMessage(number, 'hello'))),
    );
    const doneS = await Promise.all(
      pushes.map(async (push) => push.then(() => (monotonicClock.nowUs() - startUs) / 1e6)),
    );
    // 60 messages, 2 at a time, 20 ms each: 0.6 s, and never less. Lateness does not add up, so only the last can be late.
    const lastS = Math.max(...doneS);
    expect(lastS).toBeGreaterThan(0.595);
    expect(lastS).toBeLessThan(0.9);
    const metrics = (await app.inject('/metrics')).body;
    expect(Number(/peakday_work_seconds_sum (.*)/.exec(metrics)?.[1])).toBeCloseTo(1.2, 6);
  });

  it('goes at that rate below a millisecond too, whether messages wait or come one by one', async () => {
    const { app } = testServer({ workers: 1, workTime: constant(0.0008) });
    await app.ready();
    const startUs = monotonicClock.nowUs();
    const burst = Array.from({ length: 400 }, (_, number) =>
      app.inject(signedPush(TOKEN, textMessage(number, 'hello'))),
    );
    await Promise.all(burst);
    for (let number = 400; number < 800; number += 1) await app.inject(signedPush(TOKEN, textMessage(number, 'hello')));
    expect((monotonicClock.nowUs() - startUs) / 800).toBeGreaterThan(780);
  });

  it('is shed when the queue is full, and may come again', async () => {
    const { app } = testServer({ workers: 1, queue: 2, workTime: constant(0.05) });
    await app.ready();
    const pushes = [1, 2, 3, 4, 5].map((number) => app.inject(signedPush(TOKEN, textMessage(number, 'hello'))));
    const responses = await Promise.all(pushes);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 503, 503]);
    expect(responses[3]!.headers['retry-after']).toBe('1');
    expect((await app.inject('/metrics')).body).toContain('peakday_outcomes_total{outcome="shed"} 2\n');
    expect((await app.inject(signedPush(TOKEN, textMessage(4, 'hello')))).statusCode).toBe(200);
  });

  it('shows in the backlog and its age', async () => {
    const { app } = testServer({ workers: 1, workTime: constant(0.3) });
    await app.ready();
    const pushes = Promise.all([1, 2, 3].map((number) => app.inject(signedPush(TOKEN, textMessage(number, 'hello')))));
    const healthOf = async () => (await app.inject('/healthz')).json<{ backlog: number; oldestAgeS: number }>();
    await expect.poll(async () => (await healthOf()).backlog, { interval: 5 }).toBe(3);
    await sleepMs(40);
    expect((await healthOf()).oldestAgeS).toBeGreaterThan(0.03);
    expect((await app.inject('/metrics')).body).toContain('peakday_backlog 3\n');
    await pushes;
    expect((await app.inject('/healthz')).json()).toMatchObject({ backlog: 0, oldestAgeS: 0 });
  });

  it('without work time answers before anything else happens', async () => {
    const { app } = testServer({ workers: 1, queue: 0 });
    const pushes = Array.from({ length: 50 }, (_, number) =>
      app.inject(signedPush(TOKEN, textMessage(number, 'hello'))),
    );
    for (const { statusCode } of await Promise.all(pushes)) expect(statusCode).toBe(200);
  });
});
