/** One connection to the target: a request at a time, its response, and how the connection ended. */
import type { Socket } from 'node:net';
import { after, type Cancel } from '../../core/clock.js';
import type { OpenPost, PostListener, Refusal, TransportFailure } from '../player/transport.js';
import type { Dialer } from './dial.js';
import type { RequestText } from './request-text.js';
import type { ResponseParser } from './response-parser.js';

/** Reads go through one buffer a thread: it is emptied before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/** Whom a connection tells. */
export interface ConnectionOwner {
  onOpen(): void;
  /** The exchange is over, whichever way; called once for each, before its listener hears of it. */
  onOver(connection: NetConnection): void;
  onClosed(connection: NetConnection): void;
}

export interface ConnectionSettings {
  readonly dialer: Dialer;
  /** In place of one that has ended. */
  readonly isAgain: boolean;
  readonly connectTimeoutMs: number;
  readonly keepAlive: boolean;
  readonly parser: ResponseParser;
  readonly owner: ConnectionOwner;
}

/** One request under way. */
export class NetExchange implements OpenPost {
  readonly listener: PostListener;
  #connection: NetConnection | undefined;

  constructor(connection: NetConnection, listener: PostListener) {
    this.#connection = connection;
    this.listener = listener;
  }

  cut(): void {
    this.#connection?.cut();
  }

  /** From here on cutting does nothing: the connection may be carrying another. */
  end(): void {
    this.#connection = undefined;
  }
}

export class NetConnection {
  /** When the target may close it for being idle, on the clock. */
  usableUntilUs = Number.POSITIVE_INFINITY;
  readonly #settings: ConnectionSettings;
  readonly #parser: ResponseParser;
  readonly #socket: Socket;
  readonly #stopTimer: Cancel;
  #exchange: NetExchange | undefined;
  /** Waits for the connection to be made. */
  #unsent: RequestText | undefined;
  #isMade = false;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
    this.#parser = settings.parser;
    const { dialer, connectTimeoutMs, isAgain } = settings;
    const callback = (bytes: number) => {
      this.#read(bytes);
      return true;
    };
    this.#socket = dialer
      .dial({ buffer: readBuffer, callback }, isAgain)
      .once(dialer.readyEvent, () => this.#made())
      .on('end', () => this.#ended())
      .on('error', (error) => this.#broke(error))
      .on('close', () => {
        this.#broke(undefined);
        settings.owner.onClosed(this);
      });
    this.#stopTimer = after(connectTimeoutMs, () => this.#broke(undefined));
  }

  get isOpen(): boolean {
    return this.#isMade && !this.#socket.destroyed;
  }

  /** For how long the target keeps this connection when it is idle, if it has said so, seconds. */
  get keepAliveS(): number | undefined {
    return this.#parser.keepAliveS;
  }

  begin(request: RequestText, listener: PostListener): OpenPost {
    this.#exchange = new NetExchange(this, listener);
    if (this.#isMade) this.#send(request);
    else this.#unsent = request;
    return this.#exchange;
  }

  /** Breaks the connection; the listener hears nothing more. */
  cut(): void {
    this.#close();
    this.#over();
  }

  /** Breaks what is open, the listener hearing of it; resolves when the socket is closed. */
  destroy(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#socket.closed) resolve();
      else this.#socket.once('close', () => resolve());
    });
    this.#broke(undefined);
    return closed;
  }

  #send({ text, encoding }: RequestText): void {
    this.#parser.reset();
    this.#socket.write(text, encoding);
  }

  #made(): void {
    this.#stopTimer();
    this.#isMade = true;
    this.#settings.owner.onOpen();
    if (this.#unsent !== undefined) this.#send(this.#unsent);
    this.#unsent = undefined;
  }

  #read(bytes: number): void {
    const parser = this.#parser;
    // Nobody asked.
    if (this.#exchange === undefined || !this.#isMade) return this.#close();
    const taken = parser.feed(readBuffer, bytes);
    if (parser.isWhole) {
      if (taken !== bytes || !parser.isReusable || !this.#settings.keepAlive) this.#close();
      this.#answer();
    } else if (parser.isMalformed) this.#refuse();
  }

  #ended(): void {
    const isWhole = this.#exchange !== undefined && this.#isMade && this.#parser.finish();
    this.#close();
    if (isWhole) this.#answer();
    else if (this.#parser.isMalformed) this.#refuse();
    else this.#broke(undefined);
  }

  #broke(error: Error | undefined): void {
    this.#fail(failureOf(error, this.#isMade));
  }

  #answer(): void {
    const { status, body } = this.#parser;
    this.#over()?.onAnswer(status, body);
  }

  #refuse(): void {
    const { status, refusal } = this.#parser;
    this.#fail('malformed', { status, reason: refusal });
  }

  #fail(failure: TransportFailure, refusal?: Refusal): void {
    this.#close();
    this.#over()?.onFailure(failure, refusal);
  }

  #over(): PostListener | undefined {
    const exchange = this.#exchange;
    if (exchange === undefined) return undefined;
    this.#exchange = undefined;
    this.#unsent = undefined;
    exchange.end();
    this.#settings.owner.onOver(this);
    return exchange.listener;
  }

  #close(): void {
    this.#stopTimer();
    this.#socket.destroy();
  }
}

const shortages = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS']);

/** `isMade`: the request had begun to leave; before that every failure is a connection that could not be made. */
function failureOf(error: Error | undefined, isMade: boolean): TransportFailure {
  if (error !== undefined && 'code' in error && shortages.has(String(error.code))) return 'local';
  return isMade ? 'reset' : 'refused';
}
