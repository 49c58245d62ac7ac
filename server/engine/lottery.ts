/**
 * The lottery: one draw a fan, while prizes last. Whether a fan is lucky follows from seed, game and openid alone, so it
 * does not depend on the order in which fans come; only how far the prizes reach does. Nobody can foresee it without
 * the seed.
 */
import { createHash } from 'node:crypto';
import { Entrance, type Game, type GameParts, type Move, type Played } from './game.js';
import type { GameRecord } from './game-record.js';
import type { LotterySettings } from './game-settings.js';
import { compileAll } from './place-text.js';

export class Lottery implements Game {
  readonly name: string;
  readonly total: number;
  readonly #record: GameRecord;
  readonly #entrance: Entrance;
  readonly #chance: number;
  readonly #seed: number;
  readonly #replies;

  constructor(settings: LotterySettings, parts: GameParts, seed: number) {
    this.name = settings.name;
    this.total = settings.prizes;
    this.#record = parts.record;
    this.#entrance = new Entrance(settings, parts);
    this.#chance = settings.chance;
    this.#seed = seed;
    this.#replies = compileAll(settings.replies);
  }

  play(move: Move): Played | undefined {
    if (!this.#entrance.isAsked(move)) return undefined;
    const { openid } = move.user;
    if (this.#record.entryOf('', openid) !== undefined) return { text: this.#replies.already({ openid }) };
    const barrier = this.#entrance.barrier(move);
    if (barrier !== undefined) return { text: this.#replies[barrier]({}) };
    if (this.#record.issued >= this.total) return { text: this.#replies.allGone({ openid }) };
    const isRight = drawOf(this.#seed, this.name, openid) < this.#chance;
    const { atMs } = move;
    const entry = { game: this.name, round: '', openid, text: '', isRight, atMs };
    if (!isRight) return { text: this.#replies.lost({ openid }), entry };
    const number = this.#record.issued + 1;
    return {
      text: this.#replies.won({ number, openid }),
      entry,
      issue: { game: this.name, number, openid, atMs },
    };
  }
}

/** Uniform in [0, 1), 48 bits. A whole random stream would cost ten times as much. */
function drawOf(seed: number, game: string, openid: string): number {
  const digest = createHash('sha256').update(`${seed}\u0000lottery\u0000${game}\u0000${openid}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
