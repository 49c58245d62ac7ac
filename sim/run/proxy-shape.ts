/** What the network faults that hit a connection do to it, put together. */
import { unreachable } from '../../core/problem.js';
import type { RandomStream } from '../../core/random.js';
import { US_PER_S } from '../../core/units.js';
import type { NetworkFault } from '../scenario/network.js';

type WithoutMoment<Fault> = Fault extends unknown ? Omit<Fault, 'at'> : never;

/** A network fault as it is ordered: it begins when the order arrives, and `for` is the run's time. */
export type NetworkOrder = WithoutMoment<NetworkFault>;

export interface Shape {
  /** Nothing is in the way. */
  readonly isOpen: boolean;
  /** Nothing gets through, either way. */
  readonly isFrozen: boolean;
  /** Each direction; Infinity: as fast as it goes. */
  readonly limitBytesPerS: number;
  readonly delays: readonly { readonly byS: number; readonly jitterS: number }[];
  /** The first byte of the client resets the connection. */
  readonly resetsOnByte: boolean;
  /** The first byte of the client ends the direction back to it. */
  readonly halfClosesOnByte: boolean;
}

export const openShape: Shape = {
  isOpen: true,
  isFrozen: false,
  limitBytesPerS: Number.POSITIVE_INFINITY,
  delays: [],
  resetsOnByte: false,
  halfClosesOnByte: false,
};

/** Delays add up, of limits the smallest holds. */
export function shapeOf(orders: readonly NetworkOrder[]): Shape {
  return orders.reduce(withOrder, openShape);
}

function withOrder(shape: Shape, order: NetworkOrder): Shape {
  switch (order.do) {
    case 'delay':
      return { ...shape, isOpen: false, delays: [...shape.delays, { byS: order.by, jitterS: order.jitter }] };
    case 'bandwidth':
      return { ...shape, isOpen: false, limitBytesPerS: Math.min(shape.limitBytesPerS, order.limit) };
    case 'black-hole':
      return { ...shape, isOpen: false, isFrozen: true };
    case 'reset':
      return { ...shape, resetsOnByte: true };
    case 'half-close':
      return { ...shape, halfClosesOnByte: true };
    case 'refuse':
      return shape;
    default:
      return unreachable(order);
  }
}

/** How long what is sent now is under way: each delay by ± jitter, uniform. */
export function drawDelayUs({ delays }: Shape, random: RandomStream): number {
  let seconds = 0;
  for (const { byS, jitterS } of delays) seconds += byS + jitterS * (2 * random.uniform() - 1);
  return Math.max(0, seconds * US_PER_S);
}
