/** The transport's part in virtual time: answers as the world has it, and a word for each breach of the transport's contract. */
import { Heap } from '../../core/heap.js';
import { mix32 } from '../../core/random.js';
import type { OpenPost, Post, PostListener, Transport, TransportFailure } from '../../sim/player/transport.js';
import { answerTo, type Comes, type World } from './scripted-world.js';

/** A message as it stands in a body. */
export interface Written {
  readonly id: number;
  readonly fan: number;
  readonly seed: number;
  readonly template: number;
}

/** Virtual time: the clock, and what is to happen when. */
export class VirtualTime {
  nowUs = 1e9;
  readonly events = new Heap<() => void>();

  after(us: number, call: () => void): void {
    this.events.push(this.nowUs + us, call);
  }
}

const SHORTAGE_SPAN_US = 50_000;
const failures: readonly Comes[] = ['refused', 'reset', 'malformed', 'local'] satisfies TransportFailure[];

interface OpenExchange extends OpenPost {
  readonly listener: PostListener;
  readonly sinceUs: number;
}

export interface VirtualTransportOptions {
  readonly world: World;
  readonly time: VirtualTime;
  /** A cut or an answer later than this is a post that was forgotten. */
  readonly longestUs: number;
  /** Nothing is waited for any more. */
  readonly isCutOff: () => boolean;
  /** Before each post: how many the message has had. */
  readonly onPost: (written: Written, attempt: number) => void;
}

export class VirtualTransport implements Transport {
  readonly opened = 0;
  onFree: () => void = () => {};
  posts = 0;
  readonly open = new Set<OpenExchange>();
  readonly #options: VirtualTransportOptions;
  readonly #sent = new Map<number, { body: string; path: string; posts: number }>();

  constructor(options: VirtualTransportOptions) {
    this.#options = options;
  }

  get hasFree(): boolean {
    const { world, time } = this.#options;
    if (this.open.size >= world.sockets) return false;
    if (world.shortage === 0) return true;
    const span = Math.floor(time.nowUs / SHORTAGE_SPAN_US);
    return mix32(world.seed ^ 0x5407, span) / 2 ** 32 >= world.shortage;
  }

  warm(): Promise<number> {
    throw new Error('not in virtual time');
  }

  close(): Promise<void> {
    throw new Error('not in virtual time');
  }

  post({ path, body }: Post, listener: PostListener): OpenPost {
    const { world, time, longestUs, onPost } = this.#options;
    if (!this.hasFree) throw new Error(`posted without a free connection: ${body}`);
    const written: Written = JSON.parse(body);
    const attempt = this.#count(written.id, path, body);
    this.posts++;
    onPost(written, attempt);
    const exchange: OpenExchange = {
      listener,
      sinceUs: time.nowUs,
      cut: () => {
        if (!this.open.delete(exchange)) throw new Error(`cut a post that is not open: ${body}`);
        if (time.nowUs - exchange.sinceUs > longestUs) throw new Error(`cut too late: ${body}`);
        const isEarly = time.nowUs - exchange.sinceUs < world.deadlineMs * 1_000;
        if (isEarly && !this.#options.isCutOff()) throw new Error(`cut too early: ${body}`);
        this.#free(written.seed + attempt);
      },
    };
    this.open.add(exchange);
    const answer = answerTo(world, written, attempt);
    if (answer === undefined) return exchange;
    time.after(answer.afterUs, () => {
      if (!this.open.delete(exchange)) return;
      if (answer.afterUs > longestUs) throw new Error(`not cut at its deadline: ${body}`);
      if (failures.includes(answer.comes)) listener.onFailure(answer.comes as TransportFailure);
      else listener.onAnswer(answer.comes === 'error' ? 500 : 200, `${answer.comes} ${written.id}`);
      this.#free(written.seed);
    });
    return exchange;
  }

  /** The thread's end: what is open breaks, and the player has to be deaf to it. */
  breakAll(): void {
    for (const exchange of this.open) {
      if (this.#options.time.nowUs - exchange.sinceUs > this.#options.longestUs)
        throw new Error('a post was never cut');
      this.open.delete(exchange);
      exchange.listener.onFailure('reset');
    }
  }

  /** Sometimes at once, sometimes a turn of the loop later. */
  #free(draw: number): void {
    if (draw % 2 === 0) this.onFree();
    else this.#options.time.after(0, () => this.onFree());
  }

  #count(id: number, path: string, body: string): number {
    const before = this.#sent.get(id);
    if (before === undefined) {
      this.#sent.set(id, { body, path, posts: 1 });
      return 1;
    }
    if (before.body !== body) throw new Error(`posted again with another body: ${body}`);
    if ((before.path === path) === this.#options.world.signsAnew) throw new Error(`signed wrongly: ${path}`);
    before.path = path;
    return ++before.posts;
  }
}
