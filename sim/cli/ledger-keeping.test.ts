import { expect, it } from 'vitest';
import { ROW_BYTES } from '../ledger/row.js';
import { rowsOnDisk } from './ledger-keeping.js';

const folder = { path: '/tmp/o', shownPath: 'tiny/o' };
const spool = (keptRows: number) => ({ path: '', rows: 10, kept: [new Uint8Array(keptRows * ROW_BYTES)] });

it('says truly where the rows are that no ledger.parquet holds', () => {
  expect(rowsOnDisk(folder, [spool(0)], 10)).toBe('its rows are in tiny/o/spool-*.bin');
  expect(rowsOnDisk(folder, [spool(10)], 10)).toBe('10 of its 10 rows were in memory only, and are lost');
  expect(rowsOnDisk(folder, [spool(0), spool(4)], 20)).toBe(
    '4 of its 20 rows were in memory only, and are lost; the other 16 are in tiny/o/spool-*.bin',
  );
});
