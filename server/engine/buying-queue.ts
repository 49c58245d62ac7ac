/**
 * Rights to buy: the first fans get one each, the next ones a place in the queue behind them, the rest neither. A fan has
 * one place for good and is told it again when asking again.
 */
import { Entrance, type Game, type GameParts, type Move, type Played } from './game.js';
import type { GameRecord } from './game-record.js';
import type { BuyingSettings } from './game-settings.js';
import { compileAll } from './place-text.js';

export class BuyingQueue implements Game {
  readonly name: string;
  readonly total: number;
  readonly #places: number;
  readonly #record: GameRecord;
  readonly #entrance: Entrance;
  readonly #replies;

  constructor(settings: BuyingSettings, parts: GameParts) {
    this.name = settings.name;
    this.total = settings.rights;
    this.#places = settings.rights + settings.waiting;
    this.#record = parts.record;
    this.#entrance = new Entrance(settings, parts);
    this.#replies = compileAll(settings.replies);
  }

  play(move: Move): Played | undefined {
    if (!this.#entrance.isAsked(move)) return undefined;
    const { openid } = move.user;
    const had = this.#record.issueTo(openid);
    if (had !== undefined) return { text: this.#replies.again({ number: had.number, openid }) };
    const before = this.#record.entryOf('', openid);
    if (before !== undefined) return { text: this.#queued(openid, Number(before.text)) };
    const barrier = this.#entrance.barrier(move);
    if (barrier !== undefined) return { text: this.#replies[barrier]({}) };
    const arrived = this.#record.entriesIn('') + 1;
    if (arrived > this.#places) return { text: this.#replies.full({ openid }) };
    const { atMs } = move;
    // A settings change may have raised the rights: those who wait keep their places, no number is given out twice.
    const isGranted = this.#record.issued < this.total && arrived === this.#record.issued + 1;
    const place = isGranted ? arrived : Math.max(1, arrived - this.#record.issued);
    const entry = { game: this.name, round: '', openid, text: String(place), isRight: isGranted, atMs };
    if (!isGranted) return { text: this.#queued(openid, place), entry };
    const text = this.#replies.granted({ number: place, openid });
    return { text, entry, issue: { game: this.name, number: place, openid, atMs } };
  }

  #queued(openid: string, place: number): string {
    return this.#replies.queued({ place, ahead: place - 1, openid });
  }
}
