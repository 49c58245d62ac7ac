import { expect, it } from 'vitest';
import { outcomes } from '../delivery/end.js';
import { createLedger } from '../ledger/ledger.js';
import { Flag } from '../ledger/row.js';
import { drawFanPools, fanBook } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { scenarioSchema } from '../scenario/schema.js';
import { renderAffectedFans } from './affected-fans.js';

it('names each affected fan, what was asked and shown, and when, in CSV a spreadsheet opens safely', async () => {
  const plan = makePlan(
    scenarioSchema.parse({
      name: 'affected',
      day: { start: '09:00', length: '1h' },
      fans: { followers: 5 },
      intents: { order: { says: ['我的"订单{order}"到哪了, 急'] } },
      traffic: [{ name: 'all', model: 'constant', total: 4, sends: 'order' }],
    }),
  );
  const book = fanBook(await drawFanPools(1, 'gh_affected'));
  const ledger = createLedger(4);
  for (const row of [0, 1, 2, 3]) {
    ledger.id[row] = row;
    ledger.fan[row] = plan.columns.fan[row]!;
    ledger.outcome[row] = outcomes.indexOf('wrong');
    ledger.dueUs[row] = row * 60e6;
    ledger.doneUs[row] = row * 60e6 + 1e6;
    ledger.correctedUs[row] = row === 1 ? 600e6 : Number.NaN;
  }
  ledger.outcome[3] = outcomes.indexOf('dropped');
  ledger.flags[3] = Flag.notice;
  const csv = renderAffectedFans({
    plan,
    book,
    ledger,
    clock: { startDayS: 9 * 3_600, endDayS: 10 * 3_600, speed: 1 },
    errorWindows: [
      {
        fromS: 1,
        toS: 61,
        fans: 2,
        wrong: 2,
        misaddressed: 0,
        share: 1,
        corrected: 1,
        allCorrectedS: null,
        rows: [0, 1],
      },
    ],
    shown: new Map([
      [0, '=HYPERLINK("x")'],
      [1, '错了'],
    ]),
  });
  const [head, first, second, ...rest] = csv.split('\r\n');
  const fan = (row: number) => plan.columns.fan[row]!;
  expect(head).toBe('\ufefferror_window,openid,name,intent,asked,shown,end,asked_at,shown_at,corrected_at,message');
  expect(first).toBe(
    `1,${book.openid(fan(0))},${book.variable('name', fan(0), 0)},order,"我的""订单${book.variable('order', fan(0), 0)}""到哪了, 急","'=HYPERLINK(""x"")",wrong,09:00:00,09:00:01,,0`,
  );
  expect(second).toContain(',错了,wrong,09:01:00,09:01:01,09:10:00,1');
  // Wrong, but in no window: it stands there all the same.
  expect(rest[0]).toMatch(/^,o.*,wrong,09:02:00,09:02:01,,2$/);
  expect(rest[1]).toMatch(/^,o.*,该公众号暂时无法提供服务，请稍后再试,dropped,09:03:00,09:03:01,,3$/);
  expect(rest.slice(2)).toEqual(['']);
});
