import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monotonicClock, sleepMs } from '../../core/clock.js';
import { randomStream } from '../../core/random.js';
import { noSettings } from '../engine/account-settings.js';
import type { OutboxRecord } from '../engine/record.js';
import { rulesSchema } from '../engine/rules.js';
import type { AccountStore } from '../store/account-store.js';
import { MemoryAccountStore } from '../store/memory-account-store.js';
import { AccountService } from './account-service.js';
import type { ErrCode } from './err-code.js';
import { type Gate, Outbox, type OutboxLimits, type Sent } from './outbox.js';
import type { FetchedToken, PlatformCalls } from './platform-client.js';
import type { SendTrouble } from './send-trouble.js';
import { textSender, tokenGate } from './text-sender.js';
import { TokenCache } from './token-cache.js';

const setup = { answers: rulesSchema.parse({}), settings: noSettings, seed: 1, day: { midnightMs: 0, speed: 1 } };
const again: Sent = { end: 'again', trouble: { code: 'busy', why: 'busy' }, mayBeOut: false };
const sent: Sent = { end: 'sent' };

async function outboxOn(
  store: AccountStore,
  send: (row: OutboxRecord) => Promise<Sent>,
  limits: Partial<OutboxLimits> = {},
  gate: Gate = { isOpen: () => true, open: async () => undefined },
) {
  const ends = { sent: 0, failed: 0, unknown: 0, retried: 0 };
  const service = await AccountService.open({ store, setup });
  const outbox = new Outbox({
    clock: monotonicClock,
    service,
    gate,
    send,
    uniform: () => 0,
    limits: { concurrency: 4, attempts: 3, ...limits },
    onTry: (end) => {
      ends[end] += 1;
    },
  });
  const queue = (openid: string, text: string) => {
    const queued = service.account.sending.queue(openid, text, undefined, service.nowMs());
    if ('problems' in queued) throw new Error('full');
    return service.keep(queued.changes);
  };
  const states = async () => {
    await expect.poll(() => service.counts.waiting, { interval: 1 }).toBe(0);
    const rows: OutboxRecord[] = [];
    for await (const row of store.exportRows('outbox')) rows.push(row);
    return rows.map(({ text, state }) => `${text} ${state}`);
  };
  return { outbox, ends, queue, states, service };
}

const noAnswer: SendTrouble = { code: 'no-answer', why: 'HTTP status 500' };
const token = (name: string): FetchedToken => ({ token: name, expiresS: 7_200 });
const noWay: SendTrouble = { code: 'no-token', why: 'no way' };

const inMemory = () => new MemoryAccountStore();

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
          const { outbox, ends, queue } = await outboxOn(
            inMemory(),
            async ({ text }) => {
              open += 1;
              expect(open).toBeLessThanOrEqual(4);
              await (random.uniform() < 0.5 ? sleepMs(1) : undefined);
              open -= 1;
              if (random.uniform() < 0.05) return again;
              accepted.push(text);
              return sent;
            },
            { attempts: 20 },
          );
          await Promise.all(fans.map((fan, number) => queue(`fan-${fan}`, `fan-${fan}-${number}`)));
          expect(await outbox.drain(10_000)).toBe(0);
          expect(ends).toMatchObject({ sent: fans.length, failed: 0, unknown: 0 });
          expect(new Set(accepted).size).toBe(fans.length);
          for (const fan of new Set(fans)) {
            const numbers = accepted
              .filter((text) => text.startsWith(`fan-${fan}-`))
              .map((text) => Number(text.split('-')[2]));
            expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  it('gives up after its tries, at once when refused, and goes on with the fan’s next', async () => {
    const tries: string[] = [];
    const store = inMemory();
    const { outbox, ends, queue, states } = await outboxOn(store, async ({ text }) => {
      tries.push(text);
      if (text === 'fan-0') return again;
      if (text === 'fan-3') return { ...again, mayBeOut: tries.filter((one) => one === text).length === 1 };
      return text === 'fan-1' ? { end: 'failed', why: '45047' } : sent;
    });
    for (const number of [0, 1, 2, 3]) await queue('fan', `fan-${number}`);
    expect(await outbox.drain(5_000)).toBe(0);
    expect(tries).toEqual(['fan-0', 'fan-0', 'fan-0', 'fan-1', 'fan-2', 'fan-3', 'fan-3', 'fan-3']);
    expect(ends).toEqual({ sent: 1, failed: 2, unknown: 1, retried: 4 });
    // One may have gone out: no machine says that it failed.
    expect(await states()).toEqual(['fan-0 failed', 'fan-1 failed', 'fan-2 sent', 'fan-3 unknown']);
  });

  it('sends nothing while a quota of the account is used up, and gives no text up for it', async () => {
    let left = 2;
    let calls = 0;
    const { outbox, ends, queue } = await outboxOn(inMemory(), async () => {
      calls += 1;
      if (left === 0)
        return { end: 'pause', trouble: { code: 'minute-quota', why: 'too many calls this minute (45011)' } };
      left -= 1;
      return sent;
    });
    for (const number of [0, 1, 2, 3, 4, 5]) await queue(`fan-${number}`, 'text');
    await expect.poll(() => outbox.pausedBy, { interval: 1 }).toContain('45011');
    // All that were under way met it; then it was one or so at a time.
    expect(calls).toBeLessThanOrEqual(8);
    left = 10;
    expect(await outbox.drain(5_000)).toBe(0);
    expect(ends).toMatchObject({ sent: 6, failed: 0 });
  });

  it('hands nothing out until there is a token, over a restart too, and says so once each way', async () => {
    const store = inMemory();
    const never = { isOpen: () => false, open: async () => noWay };
    const cut = await outboxOn(store, async () => sent, {}, never);
    const told: (string | undefined)[] = [];
    cut.service.onSendTrouble = (trouble) => told.push(trouble?.why);
    await cut.queue('a', 'a1');
    await expect.poll(() => told, { interval: 1 }).toEqual(['no way']);
    // As a kill would find it.
    expect(await cut.states()).toEqual(['a1 waiting']);
    expect(cut.service.account.sending.get(1)?.attempts).toBe(0);
    await cut.outbox.drain(0);
    let tries = 0;
    let isOpen = false;
    const gate = { isOpen: () => isOpen, open: () => (tries > 1 ? opened() : shut()) };
    const shut = async (): Promise<SendTrouble> => ({ ...noWay, why: `no way ${++tries}` });
    const opened = async () => {
      isOpen = true;
      return undefined;
    };
    const { outbox, states, service } = await outboxOn(store, async () => sent, {}, gate);
    // It was in trouble from the start on.
    service.onSendTrouble = (trouble) => told.push(trouble?.why);
    expect(await outbox.drain(5_000)).toBe(0);
    expect(await states()).toEqual(['a1 sent']);
    expect(told).toEqual(['no way', undefined]);
  });

  it('risks one text at a time while nothing can be reached', async () => {
    let isUp = false;
    let most = 0;
    let open = 0;
    const { outbox, ends, queue, service } = await outboxOn(inMemory(), async () => {
      open += 1;
      if (service.sendTrouble !== undefined && !isUp) most = Math.max(most, open);
      await sleepMs(1);
      open -= 1;
      return isUp ? sent : { end: 'pause', trouble: { code: 'unreachable', why: 'cannot be reached' } };
    });
    await queue('a', 'text');
    await expect.poll(() => service.sendTrouble?.why, { interval: 1 }).toBe('cannot be reached');
    for (const fan of ['b', 'c', 'd']) await queue(fan, 'text');
    await expect.poll(() => most, { interval: 1 }).toBe(1);
    isUp = true;
    expect(await outbox.drain(5_000)).toBe(0);
    expect(ends).toMatchObject({ sent: 4, failed: 0, unknown: 0 });
    expect(service.sendTrouble).toBeUndefined();
  });

  it('a text whose token is refused waits on disk while another is fetched, and goes out once, over a restart too', async () => {
    for (const code of [40001, 42001]) {
      const store = inMemory();
      const accepted: string[] = [];
      const platform = (fetches: readonly Promise<FetchedToken>[]): PlatformCalls => {
        const left = [...fetches];
        return {
          fetchToken: () => left.shift()!,
          sendText: async (token, { text }) => {
            if (token === 'old') return code;
            accepted.push(text);
            return 0;
          },
        };
      };
      const fetched = (token: string): Promise<FetchedToken> => Promise.resolve({ token, expiresS: 7_200 });
      const on = (calls: PlatformCalls) => {
        const tokens = new TokenCache(
          monotonicClock,
          () => calls.fetchToken(),
          () => 0,
        );
        return outboxOn(store, textSender(calls, tokens), {}, tokenGate(tokens));
      };
      const cut = await on(platform([fetched('old'), new Promise(() => {})]));
      for (const text of ['a1', 'a2', 'b1']) await cut.queue(text[0]!, text);
      // The first may be alone: then the gate is shut for the others.
      await expect.poll(() => cut.ends.retried, { interval: 1 }).toBeGreaterThan(0);
      // As a kill would find it.
      expect(await cut.states()).toEqual(['a1 waiting', 'a2 waiting', 'b1 waiting']);
      await cut.outbox.drain(0);
      // The token is refused here too, and the next one is good.
      const { outbox, states, ends } = await on(platform([fetched('old'), fetched('new')]));
      expect(await outbox.drain(5_000)).toBe(0);
      expect(await states()).toEqual(['a1 sent', 'a2 sent', 'b1 sent']);
      expect(accepted.sort()).toEqual(['a1', 'a2', 'b1']);
      expect(ends).toMatchObject({ unknown: 0, failed: 0 });
    }
  });

  it('pauses when the platform refuses every token, and fetches no more than two for it', async () => {
    let fetches = 0;
    const platform: PlatformCalls = {
      fetchToken: async () => ({ token: `t${++fetches}`, expiresS: 7_200 }),
      sendText: async () => 40001,
    };
    const tokens = new TokenCache(
      monotonicClock,
      () => platform.fetchToken(),
      () => 0,
    );
    const { outbox, queue } = await outboxOn(inMemory(), textSender(platform, tokens), {}, tokenGate(tokens));
    await queue('a', 'a1');
    await expect.poll(() => outbox.pausedBy, { interval: 1 }).toBe('the platform refuses every token');
    expect(fetches).toBe(2);
    await outbox.drain(0);
  });

  it('tells people at the first call without an answer, and when there is one again', async () => {
    let isUp = false;
    const { outbox, queue, service } = await outboxOn(
      inMemory(),
      async () => (isUp ? sent : { end: 'again', trouble: noAnswer, mayBeOut: true }),
      { attempts: 100 },
    );
    const told: (string | undefined)[] = [];
    let calls = 0;
    service.listen(({ change }) => {
      if (change.put === 'outbox' && change.row.state === 'sending') calls += 1;
    });
    service.onSendTrouble = (trouble) => {
      told.push(trouble?.why);
      if (trouble !== undefined) expect(calls).toBe(1);
    };
    const beforeMs = service.nowMs();
    await queue('a', 'text');
    await expect.poll(() => service.sendTrouble, { interval: 1 }).toMatchObject(noAnswer);
    const { sinceMs } = service.sendTrouble!;
    expect(sinceMs).toBeGreaterThanOrEqual(beforeMs);
    await expect.poll(() => calls, { interval: 1 }).toBeGreaterThan(2);
    expect(service.sendTrouble?.sinceMs).toBe(sinceMs);
    isUp = true;
    expect(await outbox.drain(5_000)).toBe(0);
    expect(told).toEqual(['HTTP status 500', undefined]);
  });

  it('takes one call that was cut among others for chance, and three running for trouble', async () => {
    let cuts = 0;
    const { outbox, queue, service } = await outboxOn(
      inMemory(),
      async ({ text }) => {
        if (text !== 'cut' || cuts === 0) return sent;
        // Meanwhile others come through.
        if (cuts === 1) await Promise.all(['b', 'c'].map((fan) => queue(fan, 'more')));
        await sleepMs(20);
        cuts -= 1;
        return { end: 'again', trouble: noAnswer, mayBeOut: true };
      },
      { attempts: 100 },
    );
    const told: (string | undefined)[] = [];
    service.onSendTrouble = (trouble) => told.push(trouble?.code);
    cuts = 1;
    await queue('a', 'cut');
    await expect.poll(() => outbox.size, { interval: 1 }).toBe(0);
    expect(told).toEqual([]);
    cuts = 3;
    await queue('a', 'cut');
    expect(await outbox.drain(5_000)).toBe(0);
    expect(told).toEqual(['no-answer', undefined]);
  });

  it('tells people of a token that is refused at once, and of every other trouble with it, until a text went out', async () => {
    const answers: ErrCode[] = [40001];
    const fetches: FetchedToken[] = [token('t1'), ...[40125, 'ECONNREFUSED', -1].map((errcode) => ({ errcode }))];
    const platform: PlatformCalls = {
      fetchToken: async () => fetches.shift() ?? token('t2'),
      sendText: async () => answers.shift() ?? 0,
    };
    // Its clock is far ahead at each look, so that a fetch that failed is tried again at once.
    let nowUs = 0;
    const tokens = new TokenCache(
      { nowUs: () => (nowUs += 2e6) },
      () => platform.fetchToken(),
      () => 0,
    );
    const { outbox, queue, service } = await outboxOn(inMemory(), textSender(platform, tokens), {}, tokenGate(tokens));
    tokens.onTrouble = (trouble) => service.setSendTrouble(trouble);
    const told: unknown[] = [];
    service.onSendTrouble = (trouble) => told.push([trouble?.code, trouble?.detail]);
    await queue('a', 'a1');
    expect(await outbox.drain(10_000)).toBe(0);
    expect(told).toEqual([
      ['token-refused', '40001'],
      ['no-token', '40125'],
      ['unreachable', 'ECONNREFUSED'],
      ['no-token', '-1'],
      [undefined, undefined],
    ]);
  });

  it('tells people that the calls of the day are used up, and of a platform that is busy', async () => {
    for (const [code, told] of [
      [45009, 'day-quota'],
      [45011, 'minute-quota'],
      [-1, 'busy'],
      [{ noAnswer: 'cut' }, 'no-answer'],
      ['ETIMEDOUT', 'unreachable'],
    ] as const) {
      const answers: ErrCode[] = [code];
      const platform: PlatformCalls = {
        fetchToken: async () => token('t'),
        sendText: async () => answers.shift() ?? 0,
      };
      const tokens = new TokenCache(
        monotonicClock,
        () => platform.fetchToken(),
        () => 0,
      );
      const { outbox, queue, service } = await outboxOn(
        inMemory(),
        textSender(platform, tokens),
        {},
        tokenGate(tokens),
      );
      const codes: unknown[] = [];
      service.onSendTrouble = (trouble) => codes.push(trouble?.code);
      await queue('a', 'a1');
      expect(await outbox.drain(5_000)).toBe(0);
      expect(codes).toEqual([told, undefined]);
    }
  });

  it('says at its limit what it leaves', async () => {
    const { outbox, ends, queue } = await outboxOn(inMemory(), () => new Promise(() => {}));
    await queue('a', '1');
    await queue('b', '2');
    expect(await outbox.drain(20)).toBe(2);
    expect(ends).toEqual({ sent: 0, failed: 0, unknown: 0, retried: 0 });
  });

  it('after a restart sends what waited, and never what may have gone out', async () => {
    const store = inMemory();
    const cut = await outboxOn(store, ({ text }) => (text === 'a1' ? Promise.resolve(sent) : new Promise(() => {})));
    for (const text of ['a1', 'a2', 'a3', 'b1']) await cut.queue(text[0]!, text);
    await expect
      .poll(() => cut.service.account.sending.counts, { interval: 1 })
      .toEqual({
        waiting: 1,
        sending: 2,
        unknown: 0,
      });
    await cut.outbox.drain(0);
    await expect.poll(() => cut.service.counts.waiting, { interval: 1 }).toBe(0);
    const tries: string[] = [];
    const { outbox, states } = await outboxOn(store, async ({ text }) => {
      tries.push(text);
      return sent;
    });
    expect(await outbox.drain(5_000)).toBe(0);
    expect(tries).toEqual(['a3']);
    expect(await states()).toEqual(['a1 sent', 'a2 unknown', 'a3 sent', 'b1 unknown']);
  });
});
