/** What the pacer promises of what has been heard: by then the loop has read its sockets, however long it was held up. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { pace } from './pacer.js';

const HELD_UP_US = 8_000;
const ROUNDS = 30;

it.each([
  ['spinning', 0],
  ['asleep', 6_000],
])('all that came by then has been told, the thread being %s', async (_, waitUs) => {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [reader] = (await once(server, 'connection')) as [Socket];
  let said = 0;
  let saidUs = Number.NEGATIVE_INFINITY;
  let heard = 0;
  reader.on('data', (bytes) => {
    heard += bytes.length;
  });
  const unheard: number[] = [];
  let seen = 0;
  const paced = {
    activity: 0,
    work(nowUs: number, heardUs: number): number | undefined {
      if (heardUs > nowUs) throw new Error('heard before it came');
      if (heardUs > saidUs && said > 0) {
        seen++;
        if (heard < said) unheard.push(said);
      }
      if (said === ROUNDS) return heardUs > saidUs ? undefined : nowUs;
      client.write('x');
      said++;
      saidUs = monotonicClock.nowUs();
      // As a long turn or a rest of the garbage collector's would.
      while (monotonicClock.nowUs() < saidUs + HELD_UP_US);
      return monotonicClock.nowUs() + waitUs;
    },
  };
  await pace(paced, monotonicClock, true);
  client.destroy();
  reader.destroy();
  server.close();
  expect(seen).toBeGreaterThanOrEqual(ROUNDS);
  expect(unheard).toEqual([]);
});
