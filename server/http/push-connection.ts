/**
 * One connection as long as nothing comes on it but pushes that the fast reader understands: one after the other, each
 * answered before the next is read. With the first that is anything else it is handed to node:http, from its first byte,
 * for good.
 *
 *     fresh, idle -> (body comes) -> being answered -> idle
 *               \-> handed over      \-> gone: closed by the client before its answer
 */
import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, wallMs } from '../../core/clock.js';
import { type HeadStarts, type PushHead, readPushHead } from './push-head.js';
import type { PushIntake, PushReply, ReplyType } from './push-intake.js';

/** What all connections of a server share. */
export interface ConnectionParts {
  readonly intake: PushIntake;
  readonly clock: Clock;
  readonly starts: HeadStarts;
  readonly bodyLimitBytes: number;
  /** Told to clients in each answer. */
  readonly keepAliveS: number;
  /** Then node:http refuses what comes. */
  readonly isStopping: () => boolean;
  /** The socket has nobody else who listens to it, and is paused. */
  readonly handOver: (connection: PushConnection, socket: Socket) => void;
  readonly onClosed: (connection: PushConnection) => void;
}

const TIMED_OUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n';
const CUT_SHORT = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

export class PushConnection implements PushReply {
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  /** A push from its first byte, of which so much is there. */
  #push: Buffer | undefined;
  #pushBytes = 0;
  #head: PushHead | undefined;
  #isAnswering = false;
  #isReading = false;
  /** The client does not read its answers. */
  #isBlocked = false;
  #isFresh = true;
  #isClosing = false;
  /** What came behind the push being answered. */
  #rest: Buffer | undefined;
  #onGone: (() => void) | undefined;
  /** When it came, was last answered, or the head of the push was read. */
  #sinceUs: number;

  constructor(socket: Socket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#sinceUs = parts.clock.nowUs();
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', ignore);
    socket.on('close', this.#onClose);
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  send(status: number, type: ReplyType, body: string, retryAfterS?: number): void {
    const socket = this.#socket;
    this.#isAnswering = false;
    this.#onGone = undefined;
    this.#sinceUs = this.#parts.clock.nowUs();
    if (socket.destroyed) return;
    const retry = retryAfterS === undefined ? '' : `retry-after: ${retryAfterS}\r\n`;
    const isTaken = socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n${retry}content-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${dateLine()}Connection: keep-alive\r\nKeep-Alive: timeout=${this.#parts.keepAliveS}\r\n\r\n${body}`,
    );
    if (this.#isClosing) return socket.destroySoon();
    if (!isTaken) {
      this.#isBlocked = true;
      socket.pause();
      socket.once('drain', () => {
        this.#isBlocked = false;
        this.#goOn();
      });
    } else if (this.#rest !== undefined) this.#goOn();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  onGone(call: () => void): void {
    this.#onGone = call;
  }

  /** Ends it if it has been as it is for too long. `requestUs`: until a push is all there, the first since it came. */
  checkAge(nowUs: number, limits: { readonly requestUs: number; readonly idleUs: number; readonly answerUs: number }) {
    const ageUs = nowUs - this.#sinceUs;
    if (this.#isAnswering) {
      if (ageUs > limits.answerUs) this.#socket.destroy();
    } else if (this.#push !== undefined || this.#isFresh) {
      if (ageUs > limits.requestUs) this.#endWith(TIMED_OUT);
    } else if (ageUs > limits.idleUs) this.#socket.destroy();
  }

  /** Nothing new is read: it ends now, or with the answer that is being waited for. */
  close(): void {
    this.#isClosing = true;
    if (!this.#isAnswering) this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#isAnswering || this.#isBlocked) {
      this.#rest = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
      this.#socket.pause();
    } else this.#read(bytes);
  };

  /** The client says no more. As node:http sees it, it wants no answer either. */
  readonly #onEnd = (): void => {
    if (this.#push === undefined) this.#socket.end();
    else this.#endWith(CUT_SHORT);
  };

  readonly #onClose = (): void => {
    const call = this.#onGone;
    this.#onGone = undefined;
    this.#parts.onClosed(this);
    call?.();
  };

  #goOn(): void {
    if (this.#isReading || this.#isAnswering || this.#isBlocked) return;
    const rest = this.#rest;
    this.#rest = undefined;
    this.#socket.resume();
    if (rest !== undefined) this.#read(rest);
  }

  #read(bytes: Buffer): void {
    this.#isReading = true;
    let rest: Buffer | undefined = bytes;
    while (rest !== undefined && !this.#isAnswering && !this.#isBlocked && !this.#isClosing)
      rest = this.#readPush(rest);
    this.#isReading = false;
    if (rest === undefined) return;
    this.#rest = rest;
    this.#socket.pause();
  }

  /** Gives what comes after it. */
  #readPush(bytes: Buffer): Buffer | undefined {
    const { intake, clock, starts, bodyLimitBytes, isStopping } = this.#parts;
    if (this.#push !== undefined) return this.#readBody(this.#push, bytes);
    const head = isStopping() ? undefined : readPushHead(bytes, starts);
    if (head === undefined || head.bodyBytes > bodyLimitBytes) return this.#handOver(bytes);
    const arrivedUs = clock.nowUs();
    if (head.isCheck) {
      this.#begin(arrivedUs);
      intake.check(head.query, this);
      return restOf(bytes, head.bodyAt);
    }
    const turned = intake.turnedAway(head.query);
    const end = head.bodyAt + head.bodyBytes;
    if (bytes.length >= end && turned === undefined) {
      return this.#take(head, bytes, arrivedUs) ? restOf(bytes, end) : this.#handOver(bytes);
    }
    if (turned !== undefined) {
      // Its body is not read, nor waited for.
      if (bytes.length < end) return this.#handOver(bytes);
      this.#begin(arrivedUs);
      intake.turnAway(turned, this);
      return restOf(bytes, end);
    }
    this.#sinceUs = arrivedUs;
    this.#head = head;
    this.#push = Buffer.allocUnsafeSlow(end);
    this.#pushBytes = bytes.copy(this.#push);
    return undefined;
  }

  #readBody(push: Buffer, bytes: Buffer): Buffer | undefined {
    const copied = bytes.copy(push, this.#pushBytes);
    this.#pushBytes += copied;
    if (this.#pushBytes < push.length) return undefined;
    this.#push = undefined;
    const rest = restOf(bytes, copied);
    if (this.#take(this.#head!, push, this.#sinceUs)) return rest;
    return this.#handOver(rest === undefined ? push : Buffer.concat([push, rest]));
  }

  /** False: node:http is to have it. */
  #take({ query, bodyAt, bodyBytes }: PushHead, bytes: Buffer, arrivedUs: number): boolean {
    const body = bytes.subarray(bodyAt, bodyAt + bodyBytes);
    if (!isUtf8(body)) return false;
    this.#begin(arrivedUs);
    try {
      this.#parts.intake.take(query, body.toString(), arrivedUs, this);
    } catch {
      // An error of ours: as fastify answers it.
      if (this.#isAnswering) this.#parts.intake.failed(this);
    }
    return true;
  }

  #begin(arrivedUs: number): void {
    this.#isFresh = false;
    this.#isAnswering = true;
    this.#sinceUs = arrivedUs;
  }

  #handOver(bytes: Buffer): undefined {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('error', ignore);
    socket.off('close', this.#onClose);
    socket.pause();
    socket.unshift(bytes);
    this.#parts.handOver(this, socket);
    socket.resume();
    return undefined;
  }

  #endWith(response: string): void {
    this.#socket.end(response);
    this.#socket.destroySoon();
  }
}

function restOf(bytes: Buffer, at: number): Buffer | undefined {
  return at < bytes.length ? bytes.subarray(at) : undefined;
}

let dateS = 0;
let date = '';

/** The Date field, written once a second. */
function dateLine(): string {
  const nowS = Math.floor(wallMs() / 1_000);
  if (nowS !== dateS) {
    dateS = nowS;
    date = `Date: ${new Date(nowS * 1_000).toUTCString()}\r\n`;
  }
  return date;
}

function ignore(): void {}
