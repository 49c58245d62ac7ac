/** The proxy's port on loopback, which can be closed, so that the kernel refuses, and opened again. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { after } from '../../core/clock.js';
import { mix32 } from '../../core/random.js';

const HOST = '127.0.0.1';
const BACKLOG = 4_096;
/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152). A closed port among
 * those may be taken by a connection of our own, even one to itself, and would neither refuse nor open again.
 */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const TRIES = 16;
const REOPEN_EVERY_MS = 20;

export class ProxyListener {
  readonly host = HOST;
  port = 0;
  readonly #onConnection: (client: Socket) => void;
  readonly #onProblem: (problem: string) => void;
  #server: Server | undefined;
  #shouldBeOpen = false;
  #isOpening = false;
  #hasComplained = false;

  constructor(onConnection: (client: Socket) => void, onProblem: (problem: string) => void) {
    this.#onConnection = onConnection;
    this.#onProblem = onProblem;
  }

  /** On a free port, looked for from a place that follows from `salt`; rejects when there is none. */
  async open(salt: number): Promise<void> {
    this.#shouldBeOpen = true;
    for (let i = 0; i < TRIES && this.#server === undefined; i++) {
      this.#server = await this.#listen(FIRST_PORT + (mix32(salt, i) % PORTS)).catch(() => undefined);
    }
    this.#server ??= await this.#listen(0);
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
  }

  /** At once; connections that are open stay open. */
  close(): void {
    this.#shouldBeOpen = false;
    this.#server?.close();
    this.#server = undefined;
  }

  /** On the same port; tried again until it is free. */
  reopen(): void {
    this.#shouldBeOpen = true;
    if (this.#server !== undefined || this.#isOpening) return;
    this.#isOpening = true;
    this.#listen(this.port).then(
      (server) => {
        this.#isOpening = false;
        if (this.#shouldBeOpen) this.#server = server;
        else server.close();
      },
      (error: Error) => {
        if (!this.#hasComplained) this.#onProblem(`the proxy waits for its port ${this.port}: ${error.message}`);
        this.#hasComplained = true;
        after(REOPEN_EVERY_MS, () => {
          this.#isOpening = false;
          if (this.#shouldBeOpen) this.reopen();
        });
      },
    );
  }

  async #listen(port: number): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, this.#onConnection);
    server.listen({ host: HOST, port, backlog: BACKLOG });
    await once(server, 'listening');
    server.on('error', (error) => this.#onProblem(`the proxy could not accept a connection: ${error.message}`));
    return server;
  }
}
