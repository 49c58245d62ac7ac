/** Messages that have ended: counted, and written to the ledger, each once. */
import type { LedgerRow } from '../ledger/row.js';
import type { Flight } from './flight.js';
import { type Ending, emptyRow, fillRow } from './flight-row.js';
import { Live } from './live.js';
import type { PlayerOptions } from './player-options.js';
import type { Recorder } from './recorder.js';

export class Closing {
  readonly #recorder: Recorder;
  readonly #live: Float64Array;
  readonly #planned: number;
  readonly #isNoticeShown: readonly boolean[];
  /** Of the message that has just ended. */
  readonly #row: LedgerRow = emptyRow();
  readonly #hashes: TextHashes;

  constructor({ recorder, live, plan, templates }: PlayerOptions) {
    this.#recorder = recorder;
    this.#live = live;
    this.#planned = plan.length;
    this.#isNoticeShown = templates.map(({ isNoticeShown }) => isNoticeShown);
    this.#hashes = new TextHashes(templates.length);
  }

  close(flight: Flight, ending: Ending, doneUs: number): void {
    const row = this.#row;
    const live = this.#live;
    const { id, template, shownText } = flight;
    const shownHash = shownText === undefined ? 0 : this.#hashes.of(shownText, template);
    fillRow(row, flight, ending, doneUs, id < this.#planned, this.#isNoticeShown[template]!, shownHash);
    live[Live.settled]!++;
    live[Live.outcomes + ending.outcome]!++;
    live[Live.causes + ending.cause]!++;
    this.#recorder.write(row);
  }
}

/** Most fans are shown the same text as the one before who wrote the same: it is hashed once. */
class TextHashes {
  readonly #texts: (string | undefined)[];
  readonly #hashes: Uint32Array;

  constructor(templates: number) {
    this.#texts = new Array<string | undefined>(templates).fill(undefined);
    this.#hashes = new Uint32Array(templates);
  }

  of(text: string, template: number): number {
    if (this.#texts[template] !== text) {
      this.#texts[template] = text;
      this.#hashes[template] = hashOf(text);
    }
    return this.#hashes[template]!;
  }
}

/** FNV-1a over UTF-16 units: equal texts, equal hashes; 0 is kept for "nothing shown". */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0 || 1;
}
