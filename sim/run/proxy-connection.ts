/**
 * One connection through the proxy: a socket to the client, one to the target, a lane each way. Ends (FIN) and resets
 * (RST) of one side become those of the other; both sockets stay half open as long as either side wants.
 */
import { Socket } from 'node:net';
import { Lane, type LaneGround } from './proxy-lane.js';
import { openShape, type Shape } from './proxy-shape.js';

interface TargetAddress {
  readonly host: string;
  readonly port: number;
}

interface ConnectionOptions {
  readonly client: Socket;
  readonly address: TargetAddress;
  readonly ground: LaneGround;
  readonly onEvent: (event: ConnectionEvent) => void;
}

/** `unreachable`: the target took no connection; `gone`: both sockets are closed. */
export type ConnectionEvent = 'reset' | 'halfClosed' | 'unreachable' | 'gone';

export class ProxyConnection {
  readonly #client: Socket;
  readonly #target = new Socket({ allowHalfOpen: true });
  readonly #options: ConnectionOptions;
  readonly #requests: Lane;
  readonly #replies: Lane;
  #shape = openShape;
  #targetState: 'unopened' | 'opening' | 'open' = 'unopened';
  /** The target broke off while nothing got through: the client learns it later. */
  #owesReset = false;
  #isHalfClosed = false;
  #closedSockets = 0;

  /** The target is called at once, unless nothing gets through: then later. */
  constructor(options: ConnectionOptions, shape: Shape) {
    this.#options = options;
    this.#client = options.client;
    this.#requests = new Lane(this.#client, this.#target, options.ground);
    this.#replies = new Lane(this.#target, this.#client, options.ground);
    this.#target.setNoDelay(true);
    this.#listen();
    this.setShape(shape);
  }

  setShape(shape: Shape): void {
    this.#shape = shape;
    if (!shape.isFrozen && this.#targetState === 'unopened' && !this.#target.destroyed) this.#openTarget();
    this.#requests.setShape(shape);
    this.#replies.setShape(shape);
    if (this.#owesReset && !shape.isFrozen) resetSocket(this.#client);
  }

  /** RST to both sides. */
  reset(): void {
    if (this.#client.destroyed) return;
    this.#options.onEvent('reset');
    this.destroy();
  }

  /** FIN to the client; what the target says from now on goes nowhere. */
  halfClose(): void {
    if (this.#isHalfClosed || this.#client.destroyed) return;
    this.#isHalfClosed = true;
    this.#options.onEvent('halfClosed');
    this.#replies.cutOff();
  }

  destroy(): void {
    this.#requests.close();
    this.#replies.close();
    resetSocket(this.#client);
    resetSocket(this.#target);
  }

  #listen(): void {
    const client = this.#client;
    const target = this.#target;
    client.on('data', (bytes: Buffer) => {
      if (this.#shape.resetsOnByte) return this.reset();
      this.#requests.take(bytes);
      if (this.#shape.halfClosesOnByte) this.halfClose();
    });
    client.on('end', () => this.#requests.end());
    client.on('error', () => {
      this.#requests.close();
      resetSocket(target);
    });
    target.on('connect', () => {
      this.#targetState = 'open';
    });
    target.on('data', (bytes: Buffer) => this.#replies.take(bytes));
    target.on('end', () => this.#replies.end());
    target.on('error', () => {
      if (this.#targetState !== 'open' && !client.destroyed) this.#options.onEvent('unreachable');
      this.#requests.close();
      if (this.#shape.isFrozen) this.#owesReset = true;
      else resetSocket(client);
    });
    for (const socket of [client, target]) {
      socket.on('close', () => {
        (socket === client ? this.#replies : this.#requests).close();
        if (++this.#closedSockets === 2) this.#options.onEvent('gone');
      });
    }
  }

  #openTarget(): void {
    this.#targetState = 'opening';
    this.#target.connect(this.#options.address);
  }
}

/** RST, where there is a connection to reset and no FIN is just being sent (libuv refuses that). */
function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || socket.pending || isEnding) socket.destroy();
  else socket.resetAndDestroy();
}
