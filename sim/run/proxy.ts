/**
 * A TCP proxy between the generator and any target, for the scenario's network faults. Without a fault it copies bytes
 * and nothing else; it knows no HTTP and no TLS. What it cannot copy: a target that takes no connection is seen as a
 * reset after connecting, not as a refusal.
 */
import type { Socket } from 'node:net';
import type { Cancel, Clock } from '../../core/clock.js';
import { mix32, type RandomStream } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';
import { atInstant } from './moment-timer.js';
import { type ConnectionEvent, ProxyConnection } from './proxy-connection.js';
import type { LaneGround } from './proxy-lane.js';
import { ProxyListener } from './proxy-listener.js';
import { type NetworkOrder, openShape, type Shape, shapeOf } from './proxy-shape.js';

export interface ProxyOptions {
  /** A name or an address; IPv6 with or without brackets. */
  readonly targetHost: string;
  readonly targetPort: number;
  readonly clock: Clock;
  /** For the share of connections and the jitter. */
  readonly random: RandomStream;
  /** Called with a sentence when the proxy itself is in trouble. */
  readonly onProblem?: (problem: string) => void;
}

/** Connections; each counts once for a fault that hits it. What the kernel refuses is not seen here. */
interface ProxyCounts {
  readonly connections: number;
  readonly delayed: number;
  readonly throttled: number;
  readonly blackHoled: number;
  readonly reset: number;
  readonly halfClosed: number;
  /** Reset because the target took no connection. */
  readonly unreachable: number;
}

export interface NetworkProxy {
  /** `http://127.0.0.1:PORT`; the same port serves TLS. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** Begins now and ends by itself after `for` seconds. */
  apply(order: NetworkOrder): void;
  /** Ends all faults. */
  clear(): void;
  counts(): ProxyCounts;
  /** Closes the port and resets what is open. */
  stop(): void;
}

/** Rejects when no port can be opened. The target is not called before the first connection. */
export async function startProxy(options: ProxyOptions): Promise<NetworkProxy> {
  const proxy = new Proxying(options);
  await proxy.listener.open(options.random.uint32());
  const { host, port } = proxy.listener;
  return {
    origin: `http://${host}:${port}`,
    host,
    port,
    apply: (order) => proxy.apply(order),
    clear: () => proxy.clear(),
    counts: () => ({ ...proxy.counts }),
    stop: () => proxy.stop(),
  };
}

interface ActiveFault {
  readonly order: NetworkOrder;
  /** Together with a connection's number it says whether that is hit: no draw depends on how long things took. */
  readonly salt: number;
  readonly cancelEnd: Cancel;
}

class Proxying {
  readonly listener: ProxyListener;
  readonly counts = {
    connections: 0,
    delayed: 0,
    throttled: 0,
    blackHoled: 0,
    reset: 0,
    halfClosed: 0,
    unreachable: 0,
  };
  readonly #options: ProxyOptions;
  readonly #ground: LaneGround;
  readonly #faults = new Set<ActiveFault>();
  readonly #connections = new Map<number, ProxyConnection>();
  #isStopped = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#ground = { clock: options.clock, random: options.random, heldBytes: 0 };
    this.listener = new ProxyListener((client) => this.#accept(client), options.onProblem ?? (() => {}));
  }

  apply(order: NetworkOrder): void {
    if (this.#isStopped) return;
    const { clock, random } = this.#options;
    const endUs = clock.nowUs() + order.for * US_PER_S;
    const fault: ActiveFault = {
      order,
      salt: random.uint32(),
      cancelEnd: atInstant(endUs, clock, () => this.#end(fault)),
    };
    this.#faults.add(fault);
    if (order.do === 'refuse') this.listener.close();
    for (const [number, connection] of this.#connections) {
      if (!isHit(fault, number)) continue;
      this.#count(order);
      connection.setShape(this.#shapeFor(number));
      if (order.do === 'reset') connection.reset();
      if (order.do === 'half-close') connection.halfClose();
    }
  }

  clear(): void {
    for (const fault of this.#faults) this.#end(fault);
  }

  stop(): void {
    this.#isStopped = true;
    for (const fault of this.#faults) fault.cancelEnd();
    this.#faults.clear();
    this.listener.close();
    for (const connection of this.#connections.values()) connection.destroy();
  }

  #end(fault: ActiveFault): void {
    fault.cancelEnd();
    this.#faults.delete(fault);
    if (fault.order.do === 'refuse' && ![...this.#faults].some(({ order }) => order.do === 'refuse')) {
      this.listener.reopen();
    }
    for (const [number, connection] of this.#connections) {
      if (isHit(fault, number)) connection.setShape(this.#shapeFor(number));
    }
  }

  #accept(client: Socket): void {
    const number = ++this.counts.connections;
    const { targetHost, targetPort } = this.#options;
    const address = { host: targetHost.replace(/^\[|\]$/g, ''), port: targetPort };
    const onEvent = (event: ConnectionEvent) => {
      if (event === 'gone') this.#connections.delete(number);
      else this.counts[event]++;
    };
    for (const fault of this.#faults) if (isHit(fault, number)) this.#count(fault.order);
    const options = { client, address, ground: this.#ground, onEvent };
    this.#connections.set(number, new ProxyConnection(options, this.#shapeFor(number)));
  }

  #shapeFor(number: number): Shape {
    if (this.#faults.size === 0) return openShape;
    const hitting = [...this.#faults].filter((fault) => isHit(fault, number));
    return shapeOf(hitting.map(({ order }) => order));
  }

  /** Resets and half-closes count when they happen. */
  #count({ do: what }: NetworkOrder): void {
    if (what === 'delay') this.counts.delayed++;
    if (what === 'bandwidth') this.counts.throttled++;
    if (what === 'black-hole') this.counts.blackHoled++;
  }
}

function isHit({ order, salt }: ActiveFault, number: number): boolean {
  return order.do !== 'refuse' && mix32(salt, number) / 2 ** 32 < (order.share ?? 1);
}
