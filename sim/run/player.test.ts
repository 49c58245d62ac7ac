/** What a target that is slow, silent or gone does to a run: every message counted, and no time made better than it was. */
import { afterEach, describe, expect, it } from 'vitest';
import { against, orderDay, rightReply } from '../../test/support/order-day.js';
import { http, type RawRequest, type RawTarget, rawTarget } from '../../test/support/raw-target.js';
import { rehearse } from '../../test/support/rehearse.js';
import { audit } from '../ledger/audit.js';
import { createLedger, setRow } from '../ledger/ledger.js';
import { Flag } from '../ledger/row.js';
import { initHistograms } from '../measure/histogram.js';
import { measure } from '../measure/measure.js';
import type { ScenarioInput } from '../scenario/schema.js';

let target: RawTarget | undefined;
afterEach(async () => {
  await target?.close();
  target = undefined;
});

describe('nothing is lost and nothing flatters', () => {
  it('a target that stalls for 2 s under a constant 200/s: the response times are those of the exact answer', async () => {
    // The target answers at once, except that nothing leaves it from second 1 to second 3.
    let startMs: number | undefined;
    // A busy machine may let it go later: that is the target's, and known.
    let lateMs = 0;
    const { rows, ends } = await against(
      (r) => {
        startMs ??= performance.now();
        const atS = (performance.now() - startMs) / 1_000;
        const reply = http(rightReply(r));
        if (atS < 1 || atS >= 3) r.socket.write(reply);
        else {
          setTimeout(
            () => {
              lateMs = Math.max(lateMs, performance.now() - startMs! - 3_000);
              r.socket.write(reply);
            },
            (3 - atS) * 1_000,
          );
        }
      },
      {
        day: { length: '5s' },
        platform: { deadline: '5s' },
        traffic: [{ name: 'all', model: 'constant', rate: '200/s', sends: 'order' }],
      },
    );
    expect(ends).toEqual({ answered: 1_000 });
    // Message i is due at (i + 0.5)/200 s; those due within the stall wait for its end.
    const exactMs = Array.from({ length: 1_000 }, (_, i) => (i + 0.5) / 200)
      .map((dueS) => (dueS >= 1.0025 && dueS < 3.0025 ? (3.0025 - dueS) * 1_000 : 0))
      .sort((a, b) => a - b);
    await initHistograms();
    const ledger = createLedger(rows.length);
    for (const [place, row] of rows.entries()) setRow(ledger, place, row);
    const generator = { threads: 1, loopUtilisation: 0, warmConnections: 0, connections: 0, interrupted: false };
    const { latency } = measure({ ledger, planned: 1_000, marks: [], generator, promiseS: 5 });
    expect(Math.abs(latency.response.p99! - exactMs[989]!)).toBeLessThan(0.02 * exactMs[989]! + lateMs);
    expect(Math.abs(latency.response.max! - exactMs[999]!)).toBeLessThan(0.02 * exactMs[999]! + lateMs);
  });

  it('more messages than may be in flight, or than there are connections, are counted, never hidden', async () => {
    const day = { length: '1s' };
    const slow = (r: RawRequest) => setTimeout(() => r.socket.write(http(rightReply(r))), 100);
    const limited = await against(slow, { day, limits: { inFlight: 1, sockets: 10 } });
    expect(limited.rows.length).toBe(40);
    expect(limited.ends['unsent:limit']! + limited.ends.answered!).toBe(40);
    expect(limited.ends['unsent:limit']).toBeGreaterThan(15);
    const queued = await against(slow, { day, platform: { deadline: '5s' }, limits: { inFlight: 100, sockets: 1 } });
    expect(queued.ends).toEqual({ answered: 40 });
    // One connection carries ten a second: the last is sent three seconds after it was due, and says so.
    expect(Math.max(...queued.rows.map((row) => row.sentUs - row.dueUs))).toBeGreaterThan(2.5e6);
    expect(queued.rows.every((row) => row.doneUs - row.dueUs >= row.sentUs - row.dueUs)).toBe(true);
  });

  it('a target that dies while messages wait for a connection: every message has its end', async () => {
    let pushes = 0;
    target = await rawTarget((r) => {
      if (++pushes === 10) void target?.close();
      else setTimeout(() => r.socket.destroyed || r.socket.write(http(rightReply(r))), 20);
    });
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 200, sends: 'order' }];
    const { rows, ends } = await rehearse(
      orderDay({ traffic, platform: { attempts: 1 }, limits: { sockets: 8 } }),
      target.url,
    );
    expect(rows.length).toBe(200);
    expect(ends['dropped:refused']).toBeGreaterThan(100);
  });

  it('messages that wait are posted as soon as more connections are allowed, not when one becomes free', async () => {
    const traffic: ScenarioInput['traffic'] = [{ name: 'all', model: 'constant', total: 100, sends: 'order' }];
    const { rows } = await against(() => {}, {
      day: { length: '50ms' },
      traffic,
      platform: { deadline: '2s', attempts: 1 },
    });
    expect(Math.max(...rows.map((row) => row.sentUs - row.dueUs))).toBeLessThan(500_000);
  });

  it('beyond the limit of connections, what waited as long as for an answer is unsent', async () => {
    const { ends } = await against(() => {}, {
      day: { length: '1s' },
      platform: { deadline: '200ms', attempts: 1 },
      limits: { sockets: 2 },
    });
    expect(ends['dropped:timeout']! + ends['unsent:limit']!).toBe(40);
    expect(ends['unsent:limit']).toBeGreaterThan(15);
  });

  it('a message that waits for a connection has no post, and no later reply is taken for its answer', async () => {
    let later: (fan: number, text: string) => void = () => {};
    target = await rawTarget((r) => {
      // There is one fan: both can only be for the message that was posted, the second being one too many.
      later(0, 'hello');
      later(0, 'hello again');
      setTimeout(() => r.socket.write(http('success')), 250);
    });
    const change: Partial<ScenarioInput> = {
      fans: { followers: 1 },
      day: { length: '100ms' },
      platform: { deadline: '400ms', attempts: 1, laterReplies: '100ms' },
      limits: { sockets: 1 },
      traffic: [{ name: 'all', model: 'constant', total: 5, sends: 'order' }],
    };
    const { rows, ends } = await rehearse(orderDay(change), target.url, {
      onLater: (tell) => {
        later = tell;
      },
    });
    const ledger = createLedger(rows.length);
    for (const [place, row] of rows.entries()) setRow(ledger, place, row);
    expect(audit(ledger, 5)).toMatchObject({ closed: true, accounted: 5, faults: [] });
    expect(ends.wrong! + ends['unsent:limit']!).toBe(5);
    expect(ends['unsent:limit']).toBeGreaterThan(0);
    expect(rows.map(({ attempts }) => attempts)).toEqual(rows.map(({ sentUs }) => (Number.isNaN(sentUs) ? 0 : 1)));
    expect(target.pushes.length).toBe(ends.wrong);
  });

  it('stopped half-way: what was sent has its end, the rest is unsent as interrupted', async () => {
    target = await rawTarget((r) => r.socket.write(http(rightReply(r))));
    const { rows, ends } = await rehearse(orderDay({ day: { length: '1s' } }), target.url, { afterS: 0.5 });
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 40 }, (_, id) => id));
    expect(ends.answered! + ends['unsent:interrupted']!).toBe(40);
    expect(ends['unsent:interrupted']).toBeGreaterThan(10);
    expect(ends.answered).toBeGreaterThan(10);
  });

  it('fans who lose patience write again: reactive messages, with ids and ends of their own', async () => {
    const { rows, planned, pushes } = await against(() => {}, {
      day: { length: '3s' },
      traffic: [{ name: 'all', model: 'constant', total: 40, to: '00:00:01', sends: 'order' }],
      platform: { deadline: '100ms', attempts: 1 },
      fans: { followers: 1_000, patience: { median: '400ms', sigma: 0.1, resend: '50%', times: 1 } },
    });
    const reactive = rows.filter((row) => (row.flags & Flag.reactive) !== 0);
    expect(planned).toBe(40);
    expect(reactive.length).toBeGreaterThan(8);
    expect(reactive.length).toBeLessThan(32);
    expect(pushes.length).toBe(40 + reactive.length);
    for (const row of reactive) expect(row.id).toBeGreaterThanOrEqual(40);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
  });
});
