import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { randomStream } from '../../core/random.js';
import { type LaterText, Outbox, type OutboxLimits, type Sent } from './outbox.js';

const textFor = (openid: string, number: number): LaterText => ({ key: `${openid}-${number}`, openid, text: 't' });

function outboxWith(send: (reply: LaterText) => Promise<Sent>, limits: Partial<OutboxLimits> = {}) {
  const ends = { sent: 0, failed: 0, retried: 0 };
  const outbox = new Outbox({
    clock: monotonicClock,
    send,
    uniform: () => 0,
    limits: { capacity: 1_000, concurrency: 4, attempts: 3, ...limits },
    onEnd: (isSent) => {
      ends[isSent ? 'sent' : 'failed'] += 1;
    },
    onRetry: () => {
      ends.retried += 1;
    },
  });
  return { outbox, ends };
}

describe('outbox', () => {
  it('sends each once, a fan’s in order, never more at a time than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }),
        async (seed, fans) => {
          const random = randomStream(seed, 'outbox test');
          const accepted: string[] = [];
          let open = 0;
          const { outbox, ends } = outboxWith(
            async ({ key }) => {
              open += 1;
              expect(open).toBeLessThanOrEqual(4);
              await (random.uniform() < 0.5 ? sleepMs(1) : undefined);
              open -= 1;
              if (random.uniform() < 0.05) return 'again';
              accepted.push(key);
              return 'sent';
            },
            { attempts: 20 },
          );
          fans.forEach((fan, number) => {
            outbox.offer(textFor(`fan-${fan}`, number));
          });
          expect(await outbox.drain(10_000)).toBe(0);
          expect(ends).toMatchObject({ sent: fans.length, failed: 0 });
          expect(new Set(accepted).size).toBe(fans.length);
          for (const fan of new Set(fans)) {
            const numbers = accepted
              .filter((key) => key.startsWith(`fan-${fan}-`))
              .map((key) => Number(key.split('-')[2]));
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('gives up after its tries, at once when refused, and goes on with the fan’s next', async () => {
    const tries: string[] = [];
    const { outbox, ends } = outboxWith(async ({ key }) => {
      tries.push(key);
      return key === 'fan-0' ? 'again' : key === 'fan-1' ? 'refused' : 'sent';
    });
    for (const number of [0, 1, 2]) outbox.offer(textFor('fan', number));
    expect(await outbox.drain(5_000)).toBe(0);
    expect(tries).toEqual(['fan-0', 'fan-0', 'fan-0', 'fan-1', 'fan-2']);
    expect(ends).toEqual({ sent: 1, failed: 2, retried: 2 });
  });

  it('says when it is full, and at its limit what it leaves', async () => {
    const { outbox, ends } = outboxWith(() => new Promise(() => {}), { capacity: 2 });
    outbox.offer(textFor('a', 1));
    expect(outbox.isFull).toBe(false);
    outbox.offer(textFor('b', 2));
    expect([outbox.isFull, outbox.size]).toEqual([true, 2]);
    expect(await outbox.drain(20)).toBe(2);
    expect(ends).toEqual({ sent: 0, failed: 0, retried: 0 });
  });
});
