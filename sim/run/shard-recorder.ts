/** What a thread keeps of its messages: rows to the spool, wrong replies as shown, a few malformed ones, times for the live view. */
import type { RecordableHistogram } from 'node:perf_hooks';
import type { Amendment } from '../ledger/amendment.js';
import type { LedgerRow } from '../ledger/row.js';
import type { SpoolWriter } from '../ledger/spool.js';
import type { Exhibit, MalformedReply, Recorder } from '../player/recorder.js';

/** Texts of wrong replies kept by each thread; beyond it the ledger still counts them. */
const MAX_EXHIBITS = 50_000;
const MAX_EXHIBIT_LENGTH = 200;
/** Different malformed replies kept by each thread, and how much of each: enough to find secrets that the first characters cut off. */
const MAX_MALFORMED = 5;
const MAX_MALFORMED_LENGTH = 2_000;

export class ShardRecorder implements Recorder {
  readonly exhibits: Exhibit[] = [];
  readonly amendments: Amendment[] = [];
  readonly malformedReplies: MalformedReply[] = [];
  readonly #spool: SpoolWriter;
  readonly #responses: RecordableHistogram;
  readonly #sendLags: RecordableHistogram;

  /** The histograms are shared with the command, which empties them as it looks. */
  constructor(spool: SpoolWriter, responses: RecordableHistogram, sendLags: RecordableHistogram) {
    this.#spool = spool;
    this.#responses = responses;
    this.#sendLags = sendLags;
  }

  write(row: LedgerRow): void {
    this.#spool.write(row);
  }

  exhibit(id: number, shown: string): void {
    if (this.exhibits.length < MAX_EXHIBITS) this.exhibits.push({ id, shown: shown.slice(0, MAX_EXHIBIT_LENGTH) });
  }

  malformed(reply: MalformedReply): void {
    if (this.malformedReplies.length >= MAX_MALFORMED) return;
    const body = reply.body.slice(0, MAX_MALFORMED_LENGTH);
    // The same page over and over teaches nothing; what was not read has only its reason.
    if (this.malformedReplies.some((kept) => kept.body === body && (body !== '' || kept.reason === reply.reason)))
      return;
    this.malformedReplies.push({ ...reply, body });
  }

  amend(amendment: Amendment): void {
    this.amendments.push(amendment);
  }

  response(responseUs: number): void {
    this.#responses.record(Math.max(1, Math.round(responseUs)));
  }

  sendLag(lagUs: number): void {
    this.#sendLags.record(Math.max(1, Math.round(lagUs)));
  }
}
