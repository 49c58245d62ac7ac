/** The transport on sockets of our own: a stack of idle connections, so that finding one costs nothing. */
import { after, monotonicClock } from '../../core/clock.js';
import { TimerRing } from '../../core/timer-ring.js';
import { US_PER_S } from '../../core/units.js';
import type { OpenPost, Post, PostListener } from '../player/transport.js';
import { type Dialer, dialer } from './dial.js';
import { type ConnectionOwner, NetConnection } from './net-connection.js';
import { RequestWriter } from './request-text.js';
import { ResponseParser } from './response-parser.js';
import type { TransportOptions, WireTransport } from './wire-transport.js';

/**
 * At most so many connections are added in so long a time; what is due meanwhile waits for one to become free, and
 * its send lag shows it. Without this a generator that is 50 ms late opens a connection for every overdue message,
 * which costs more than the messages and makes it later still.
 */
const ADDED_AT_ONCE = 16;
/** Where the target has answered nothing for as long, the line does not move: then it is the target that is late. */
const ADDED_AT_ONCE_IN_SILENCE = 64;
const ADDED_SPAN_US = 10_000;

const WARMED_AT_ONCE = 64;
/** A target that does not answer on a connection by then is played at all the same. */
const WARM_TIMEOUT_MS = 5_000;

/** An idle connection is given up so long before the target says it will: the two must not cross. */
const KEEP_ALIVE_MARGIN_US = 2_000_000;

/**
 * A place is a connection that may be open; one whose connection has ended keeps its right to another. A post written
 * before the end of an idle connection was seen is a `reset` and is not written again: it may have arrived.
 */
export class NetTransport implements WireTransport, ConnectionOwner {
  opened = 0;
  wasFull = false;
  onFree: () => void = () => {};
  readonly #options: TransportOptions;
  readonly #writer: RequestWriter;
  readonly #dialer: Dialer;
  /** Open when they came here; looked at again when taken. */
  readonly #idle: NetConnection[] = [];
  /**
   * Connections whose exchange is over. They rest for one whole turn of the loop, so that anything more that has come
   * for them, a second response or the end, is seen before the next post goes out on them.
   */
  #resting: NetConnection[] = [];
  #rested: NetConnection[] = [];
  #isTurning = false;
  readonly #all = new Set<NetConnection>();
  #places = 0;
  #emptyPlaces = 0;
  readonly #recentlyAdded = new TimerRing<undefined>(ADDED_SPAN_US);
  /** Asked for a place when all were busy, and none has become free since. */
  #isShort = false;
  /** Since when so, in turns of the loop: what was not looked at cannot be called silent. */
  #silentSinceUs: number | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { origin, headers, keepAlive } = options;
    this.#writer = new RequestWriter({ host: new URL(origin).host, headers, keepAlive });
    this.#dialer = dialer(options, this.#writer.host);
  }

  get hasFree(): boolean {
    return this.#idle.length + this.#emptyPlaces > 0 || this.#mayAdd();
  }

  async warm(count: number, path: string): Promise<number> {
    const request = this.#writer.get(path);
    const warming = new Set<NetConnection>();
    let left = Math.min(count, this.#options.connections - this.#places);
    let answered = 0;
    const warmOne = () =>
      new Promise<void>((resolve) => {
        this.#places++;
        const connection = this.#connect(false);
        warming.add(connection);
        const ended = (answers: number) => {
          answered += answers;
          warming.delete(connection);
          resolve();
        };
        connection.begin(request, { onAnswer: () => ended(1), onFailure: () => ended(0) });
      });
    const stopTimer = after(WARM_TIMEOUT_MS, () => {
      left = 0;
      for (const connection of warming) void connection.destroy();
    });
    const lane = async () => {
      while (left-- > 0) await warmOne();
    };
    await Promise.all(Array.from({ length: WARMED_AT_ONCE }, lane));
    stopTimer();
    while (this.#isTurning) await new Promise((resolve) => setImmediate(resolve));
    return answered;
  }

  post({ path, body, headers }: Post, listener: PostListener): OpenPost {
    const request = this.#writer.post(path, body, headers);
    return this.#take().begin(request, listener);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((connection) => connection.destroy()));
  }

  onOpen(): void {
    this.opened++;
  }

  onOver(connection: NetConnection): void {
    this.#resting.push(connection);
    if (connection.isOpen && connection.keepAliveS !== undefined) {
      connection.usableUntilUs = monotonicClock.nowUs() + connection.keepAliveS * US_PER_S - KEEP_ALIVE_MARGIN_US;
    }
    this.#scheduleTurn();
  }

  onClosed(connection: NetConnection): void {
    this.#all.delete(connection);
  }

  readonly #turn = (): void => {
    for (const connection of this.#rested) {
      if (connection.isOpen) this.#idle.push(connection);
      else this.#emptyPlaces++;
    }
    const hasFreed = this.#rested.length > 0;
    this.#rested.length = 0;
    [this.#rested, this.#resting] = [this.#resting, this.#rested];
    this.#isTurning = false;
    if (this.#rested.length > 0) this.#scheduleTurn();
    if (hasFreed) {
      this.#isShort = false;
      this.#silentSinceUs = undefined;
      this.onFree();
    } else if (this.#isShort) this.#silentSinceUs ??= monotonicClock.nowUs();
  };

  #scheduleTurn(): void {
    if (!this.#isTurning) setImmediate(this.#turn);
    this.#isTurning = true;
  }

  #mayAdd(): boolean {
    if (this.#places >= this.#options.connections) {
      this.wasFull = true;
      return false;
    }
    const nowUs = monotonicClock.nowUs();
    while (this.#recentlyAdded.nextUs <= nowUs) this.#recentlyAdded.take();
    if (!this.#isShort) this.#scheduleTurn();
    this.#isShort = true;
    const isSilent = this.#silentSinceUs !== undefined && nowUs - this.#silentSinceUs > ADDED_SPAN_US;
    return this.#recentlyAdded.size < (isSilent ? ADDED_AT_ONCE_IN_SILENCE : ADDED_AT_ONCE);
  }

  #take(): NetConnection {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      const { usableUntilUs } = connection;
      const isUsable = usableUntilUs === Number.POSITIVE_INFINITY || monotonicClock.nowUs() < usableUntilUs;
      if (isUsable && connection.isOpen) return connection;
      connection.cut();
      this.#emptyPlaces++;
    }
    if (this.#emptyPlaces > 0) {
      this.#emptyPlaces--;
      return this.#connect(true);
    }
    if (!this.#mayAdd()) throw new Error('post without a free connection');
    this.#recentlyAdded.add(monotonicClock.nowUs(), undefined);
    this.#places++;
    return this.#connect(false);
  }

  #connect(isAgain: boolean): NetConnection {
    const { connectTimeoutMs, bodyLimitBytes } = this.#options;
    const connection = new NetConnection({
      dialer: this.#dialer,
      isAgain,
      connectTimeoutMs,
      keepAlive: this.#writer.keepAlive,
      parser: new ResponseParser(bodyLimitBytes),
      owner: this,
    });
    this.#all.add(connection);
    return connection;
  }
}
