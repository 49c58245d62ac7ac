/** The transport on undici 7, which the run's own is compared with: one Client a connection, the free ones on a stack. */
import { buildConnector, Client, type Dispatcher } from 'undici';
import { monotonicClock } from '../../core/clock.js';
import { TimerRing } from '../../core/timer-ring.js';
import type { OpenPost, Post, PostListener, TransportFailure } from '../../sim/player/transport.js';
import { tlsSettings } from '../../sim/run/dial.js';
import type { TransportOptions, WireTransport } from '../../sim/run/wire-transport.js';

/**
 * At most so many new connections are begun in so long a time; what is due meanwhile waits for one to become free, and
 * its send lag shows it. Without this a generator that is 50 ms late opens a connection for every overdue message,
 * which costs more than the messages and makes it later still.
 */
const CONNECTS_AT_ONCE = 16;
const CONNECTS_SPAN_US = 10_000;

/** A target that does not answer on a connection by then is played at all the same. */
const WARM_TIMEOUT_MS = 5_000;

/** Idle connections are kept for the whole run; the target decides when to close. */
const KEEP_ALIVE_MS = 600_000;

export class UndiciTransport implements WireTransport {
  opened = 0;
  readonly wasFull = false;
  onFree: () => void = () => {};
  readonly #options: TransportOptions;
  readonly #headers: string[];
  readonly #free: Client[] = [];
  readonly #clients: Client[] = [];
  readonly #recentConnects = new TimerRing<undefined>(CONNECTS_SPAN_US);

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#headers = Object.entries(options.headers).flat();
  }

  get hasFree(): boolean {
    return this.#free.length > 0 || this.#mayConnect();
  }

  async warm(count: number, path: string): Promise<number> {
    const taken = Array.from({ length: Math.min(count, this.#options.connections) }, () => this.#newClient());
    const answered = await Promise.allSettled(
      taken.map(async (client) => {
        const signal = AbortSignal.timeout(WARM_TIMEOUT_MS);
        const { body } = await client.request({ method: 'GET', path, headers: this.#headers, signal });
        await body.dump({ limit: this.#options.bodyLimitBytes, signal });
      }),
    );
    this.#free.push(...taken);
    return answered.filter(({ status }) => status === 'fulfilled').length;
  }

  post({ path, body, headers }: Post, listener: PostListener): OpenPost {
    const client = this.#free.pop() ?? this.#connect();
    const exchange = new Exchange(listener, () => {
      this.#free.push(client);
      this.onFree();
    });
    const all = headers === undefined ? this.#headers : [...this.#headers, ...Object.entries(headers).flat()];
    client.dispatch({ method: 'POST', path, headers: all, body }, exchange);
    return exchange;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#clients.map((client) => client.destroy()));
  }

  #mayConnect(): boolean {
    if (this.#clients.length >= this.#options.connections) return false;
    const nowUs = monotonicClock.nowUs();
    while (this.#recentConnects.nextUs <= nowUs) this.#recentConnects.take();
    return this.#recentConnects.size < CONNECTS_AT_ONCE;
  }

  #connect(): Client {
    if (!this.#mayConnect()) throw new Error('post without a free connection');
    this.#recentConnects.add(monotonicClock.nowUs(), undefined);
    return this.#newClient();
  }

  #newClient(): Client {
    const client = new Client(this.#options.origin, {
      // 0: undici asks for the connection to be closed after each answer.
      pipelining: this.#options.keepAlive ? 1 : 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: this.#options.bodyLimitBytes,
      connect: connectOf(this.#options),
    });
    client.on('connect', () => {
      this.opened++;
    });
    this.#clients.push(client);
    return client;
  }
}

function connectOf({ connectTimeoutMs, tls, via }: TransportOptions): NonNullable<Client.Options['connect']> {
  const direct = { timeout: connectTimeoutMs, ...tlsSettings(tls) };
  if (via === undefined) return direct;
  const connect = buildConnector(direct);
  // Only the socket goes elsewhere: Host, SNI and certificate checks are for the target.
  return (options, callback) =>
    connect(
      { ...options, hostname: via.host, port: String(via.port), servername: options.servername || options.hostname },
      callback,
    );
}

/** One post under way. */
class Exchange implements Dispatcher.DispatchHandler, OpenPost {
  readonly #listener: PostListener;
  readonly #release: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #isCut = false;
  #status = 0;
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;

  constructor(listener: PostListener, release: () => void) {
    this.#listener = listener;
    this.#release = release;
  }

  cut(): void {
    this.#isCut = true;
    this.#controller?.abort(new Error('cut at the deadline'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Cut while the connection was still being made: undici calls onResponseError next.
    if (this.#isCut) controller.abort(new Error('cut at the deadline'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#rest === undefined) this.#rest = [this.#first, chunk];
    else this.#rest.push(chunk);
  }

  onResponseEnd(): void {
    const body = this.#rest ? Buffer.concat(this.#rest) : this.#first;
    if (!this.#isCut) this.#listener.onAnswer(this.#status, body === undefined ? '' : body.toString());
    this.#release();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.#isCut) {
      const failure = failureOf(error, this.#controller !== undefined);
      const refusal = failure === 'malformed' ? { status: this.#status, reason: error.message } : undefined;
      this.#listener.onFailure(failure, refusal);
    }
    // undici is still taking its queue apart: a post on this client now would trip over it.
    queueMicrotask(this.#release);
  }
}

const shortages = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS']);

/** `isConnected`: the request had begun to leave; before that every failure is a connection that could not be made. */
function failureOf(error: Error, isConnected: boolean): TransportFailure {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (shortages.has(code)) return 'local';
  if (!isConnected) return 'refused';
  const isMalformed =
    code.startsWith('HPE_') ||
    code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    error.name === 'HTTPParserError';
  return isMalformed ? 'malformed' : 'reset';
}
