/** Ten thousand fans at once for what there is little of: through HTTP, on disk, not one too many and not one too few. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { expect, it } from 'vitest';
import { sampleSchema } from '../server/engine/account-samples.js';
import { rulesSchema } from '../server/engine/rules.js';
import { startServer } from '../server/http/listen.js';
import { signedPush, textMessage } from '../server/http/signed-push.js';
import { newFolder } from './support/cli.js';

const FANS = 10_000;
const CONNECTIONS = 64;

it(`${FANS} fans over ${CONNECTIONS} connections get exactly 100 prizes and 50 rights`, async () => {
  const folder = newFolder();
  const server = await startServer({
    token: 'token',
    port: 0,
    answers: rulesSchema.parse({}),
    settings: sampleSchema.parse({
      lottery: { words: ['抽奖'], chance: '100%', prizes: 100 },
      buying: { words: ['抢购'], rights: 50, waiting: 25 },
    }),
    workers: 64,
    workTime: { distribution: 'constant', mean: 0, sigma: 0 },
    queue: 10_000,
    seed: 1,
    store: { file: join(folder, 'account.db') },
  });
  const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1 });
  const replies: string[] = [];
  const post = async (number: number, text: string, fan: string) => {
    const { url: path, headers, payload } = signedPush('token', textMessage(number, text, fan));
    const response = await pool.request({ method: 'POST', path, headers, body: payload });
    replies.push(`${fan} ${await response.body.text()}`);
    expect(response.statusCode).toBe(200);
  };
  let next = 0;
  const player = async () => {
    while (next < FANS) {
      const fan = next++;
      await Promise.all([
        post(4 * fan, '抽奖', `fan-${fan}`),
        post(4 * fan + 1, '抢购', `fan-${fan}`),
        // Some ask twice, and some posts come twice.
        ...(fan % 10 === 0 ? [post(4 * fan + 2, '抢购', `fan-${fan}`), post(4 * fan, '抽奖', `fan-${fan}`)] : []),
      ]);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS / 4 }, player));
  await pool.close();

  const told = (pattern: RegExp) => {
    const found = replies.flatMap((reply) => {
      const number = pattern.exec(reply)?.[1];
      return number === undefined ? [] : [`${reply.split(' ', 1)[0]} ${number}`];
    });
    return [...new Set(found)].sort();
  };
  const issued = async (game: string, most: number) => {
    const rows: string[] = [];
    for await (const row of server.service.store.exportRows('issue')) {
      if (row.game === game && row.number <= most) rows.push(`${row.openid} ${row.number}`);
    }
    return rows.sort();
  };
  const prizes = await issued('lottery', 100);
  const rights = await issued('buying', 50);
  expect([prizes.length, rights.length]).toEqual([100, 50]);
  for (const list of [prizes, rights]) expect(new Set(list.map((row) => row.split(' ')[0])).size).toBe(list.length);
  expect(told(/您的中奖号是 (\d+)/)).toEqual(prizes);
  expect(told(/第 (\d+) 个购买资格|已经有购买资格，号码是 (\d+)/).length).toBeGreaterThanOrEqual(50);
  expect(told(/第 (\d+) 个购买资格/)).toEqual(rights);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('peakday_issued{game="lottery"} 100\n');
  expect(await server.stop()).toEqual({ abandoned: 0, lost: 0 });
  rmSync(folder, { recursive: true });
}, 120_000);
