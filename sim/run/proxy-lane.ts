/**
 * One direction of a connection through the proxy:
 *
 *   source ── take ──► sink.write                          nothing in the way and nothing held: straight through
 *              └─► held ── delay over? ── tokens? ──► sink.write    otherwise; the end (FIN) keeps its place in the row
 *
 * When the sink is full or too much is held the source is paused, and TCP itself tells the sender to wait.
 */
import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../core/clock.js';
import type { RandomStream } from '../../core/random.js';
import { atInstant } from './moment-timer.js';
import { TokenBucket } from './proxy-bucket.js';
import { drawDelayUs, openShape, type Shape } from './proxy-shape.js';

/** A lane reads on until it holds so much; what was read with the last chunk comes on top. */
const LANE_MAX_BYTES = 262_144;
const LANE_MAX_CHUNKS = 4_096;
/** Beyond this a lane that holds anything reads no more. */
const ALL_MAX_BYTES = 134_217_728;
/** Nearer than this counts as due: half of what a timer can tell apart. */
const NEAR_US = 500;

/** What all lanes of a proxy share. */
export interface LaneGround {
  readonly clock: Clock;
  /** For the jitter. */
  readonly random: RandomStream;
  /** Held in all lanes. */
  heldBytes: number;
}

interface Held {
  /** undefined: the end. */
  readonly bytes: Buffer | undefined;
  readonly readyUs: number;
}

export class Lane {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #ground: LaneGround;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #lastReadyUs = 0;
  #shape = openShape;
  #bucket: TokenBucket;
  #isBlocked = false;
  #isPaused = false;
  #isDiscarding = false;
  #cancelTimer: Cancel | undefined;

  constructor(source: Socket, sink: Socket, ground: LaneGround) {
    this.#source = source;
    this.#sink = sink;
    this.#ground = ground;
    this.#bucket = new TokenBucket(Number.POSITIVE_INFINITY, 0);
    sink.on('drain', () => {
      this.#isBlocked = false;
      this.#flush();
    });
  }

  /** What the source has sent. */
  take(bytes: Buffer): void {
    if (this.#isDiscarding) return;
    if (!this.#shape.isOpen || this.#held.length > 0) return this.#hold(bytes);
    if (this.#sink.write(bytes)) return;
    this.#isBlocked = true;
    this.#pause();
  }

  /** The source has ended. */
  end(): void {
    if (this.#isDiscarding) return;
    if (!this.#shape.isOpen || this.#held.length > 0) this.#hold(undefined);
    else this.#sink.end();
  }

  /** What is held under a limit or in a hole flows on by the new shape; a delay drawn stays drawn. */
  setShape(shape: Shape): void {
    this.#shape = shape;
    if (shape.limitBytesPerS !== this.#bucket.bytesPerS) {
      this.#bucket = new TokenBucket(shape.limitBytesPerS, this.#ground.clock.nowUs());
    }
    this.#flush();
  }

  /** Ends the sink; what the source sends from now on is read and thrown away. */
  cutOff(): void {
    this.close();
    this.#sink.end();
    this.#source.resume();
  }

  /** Drops what is held; nothing is written any more. */
  close(): void {
    this.#isDiscarding = true;
    this.#cancelTimer?.();
    this.#ground.heldBytes -= this.#heldBytes;
    this.#heldBytes = 0;
    this.#held.length = 0;
  }

  #hold(bytes: Buffer | undefined): void {
    const readyUs = this.#ground.clock.nowUs() + drawDelayUs(this.#shape, this.#ground.random);
    // Nothing overtakes.
    this.#lastReadyUs = Math.max(this.#lastReadyUs, readyUs);
    this.#held.push({ bytes, readyUs: this.#lastReadyUs });
    this.#count(bytes?.length ?? 0);
    if (this.#isFull()) this.#pause();
    if (this.#cancelTimer === undefined) this.#flush();
  }

  /** Writes what may go by now, and sets the timer for what may go next. */
  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#isDiscarding) return;
    const nowUs = this.#ground.clock.nowUs();
    for (let head = this.#held[0]; head && !this.#shape.isFrozen && !this.#isBlocked; head = this.#held[0]) {
      if (head.readyUs - nowUs > NEAR_US) return this.#flushAt(head.readyUs);
      if (head.bytes === undefined) {
        this.#held.shift();
        this.#sink.end();
        continue;
      }
      const count = this.#bucket.take(head.bytes.length, nowUs);
      if (count === 0) return this.#flushAt(this.#bucket.nextUs(head.bytes.length));
      this.#send(head, count);
    }
    this.#resumeIfRoom();
  }

  #send(head: Held, count: number): void {
    const bytes = head.bytes!;
    if (count === bytes.length) this.#held.shift();
    else this.#held[0] = { bytes: bytes.subarray(count), readyUs: head.readyUs };
    this.#count(-count);
    this.#isBlocked = !this.#sink.write(count === bytes.length ? bytes : bytes.subarray(0, count));
  }

  #flushAt(dueUs: number): void {
    this.#cancelTimer = atInstant(dueUs, this.#ground.clock, () => this.#flush());
    this.#resumeIfRoom();
  }

  #count(bytes: number): void {
    this.#heldBytes += bytes;
    this.#ground.heldBytes += bytes;
  }

  #isFull(): boolean {
    return (
      this.#heldBytes >= LANE_MAX_BYTES ||
      this.#held.length >= LANE_MAX_CHUNKS ||
      this.#ground.heldBytes >= ALL_MAX_BYTES
    );
  }

  #pause(): void {
    this.#isPaused = true;
    this.#source.pause();
  }

  #resumeIfRoom(): void {
    if (!this.#isPaused || this.#isBlocked) return;
    if (this.#held.length > 0 && this.#isFull()) return;
    this.#isPaused = false;
    this.#source.resume();
  }
}
