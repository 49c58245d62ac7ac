/**
 * What is left of a thread that died in the middle of a run: the rows in its spool file count, and every planned message
 * of its share that has none there ends as `unsent: interrupted`. What it had sent in reaction and not settled is lost.
 */
import { formatCount } from '../../core/units.js';
import { readLedger } from '../ledger/read-ledger.js';
import { ROW_BYTES } from '../ledger/row.js';
import { RowOverlay } from '../ledger/row-overlay.js';
import { emptyRow, endings, fillRow } from '../player/flight-row.js';
import { PlanCursor, type PlanShare } from '../player/plan-cursor.js';
import type { ShardResult } from './shard.js';

export interface Death {
  readonly share: PlanShare;
  readonly spoolPath: string;
  readonly error: unknown;
  /** Microseconds since the start of the run. */
  readonly diedUs: number;
}

export interface Remains {
  readonly result: ShardResult;
  /** What happened and what became of its messages, for the user. */
  readonly words: string;
}

export function remainsOf({ share, spoolPath, error, diedUs }: Death): Remains {
  const { ledger } = readLedger([{ path: spoolPath, rows: null, kept: [] }]);
  const settled = new Set(ledger.id);
  const missing = [];
  let found = 0;
  let open = 0;
  for (const cursor = new PlanCursor(share); cursor.dueUs < Number.POSITIVE_INFINITY; ) {
    const flight = cursor.take();
    if (settled.has(flight.id)) found++;
    else missing.push(flight);
    if (!settled.has(flight.id) && flight.dueUs <= diedUs) open++;
  }
  const rows = new RowOverlay(missing.length);
  const row = emptyRow();
  for (const [place, flight] of missing.entries()) {
    fillRow(row, flight, endings.interrupted, diedUs, true, false, 0);
    rows.put(place, row);
  }
  const kept = rows.bytes.slice(0, missing.length * ROW_BYTES);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    result: {
      spool: { path: spoolPath, rows: null, kept: [kept] },
      exhibits: [],
      malformedReplies: [],
      amendments: [],
      failedPosts: { timeout: 0, refused: 0, reset: 0, status: 0, malformed: 0 },
      heardLate: 0,
      strayReplies: 0,
      warmConnections: 0,
      connections: 0,
      wasFull: false,
      loopUtilisation: 0,
    },
    words: `generator thread ${share.thread + 1} of ${share.threads} died (${reason}), and the run was stopped: of its ${formatCount(found + missing.length)} planned messages ${formatCount(found)} are in the ledger with their end, ${formatCount(missing.length)} stand there as unsent: interrupted, ${formatCount(open)} of which were due before it died and may have been sent`,
  };
}
