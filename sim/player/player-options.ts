/** What a player is made of: its share of the plan, the platform's rules, and who brings its messages there and keeps account. */
import type { Clock } from '../../core/clock.js';
import type { DeliveryPolicy } from '../delivery/delivery.js';
import type { Channel } from './channel.js';
import type { PostedFlight } from './flight.js';
import type { PlanShare } from './plan-cursor.js';
import type { PlatformBlock } from './platform-block.js';
import type { FanReactions } from './reactions.js';
import type { Recorder } from './recorder.js';
import type { Transport } from './transport.js';

export interface PlayerOptions extends PlanShare {
  /** After this nobody writes again; microseconds since the start of the run. */
  readonly endUs: number;
  readonly promiseUs: number;
  readonly policy: DeliveryPolicy;
  /**
   * Whether later replies come by `later`, which names only the fan; default: where the policy awaits them. `false`: who
   * replies knows the message.
   */
  readonly isMatchedByFan?: boolean | undefined;
  /** How long an acknowledged message may wait for its later reply. */
  readonly laterUs: number;
  /** Whether each further post is signed anew. */
  readonly signsAnew: boolean;
  readonly maxInFlight: number;
  readonly reactions: FanReactions;
  readonly block: PlatformBlock | undefined;
  readonly channel: Channel;
  readonly transport: Transport<PostedFlight>;
  readonly clock: Clock;
  /** The common start on the clock. */
  readonly startUs: number;
  /** Nothing more is to be sent for the first time. */
  readonly isStopped: () => boolean;
  /** Once it is stopped: nothing is to be waited for either. Absent: never. */
  readonly isCutOff?: (() => boolean) | undefined;
  readonly recorder: Recorder;
  /** Live counts; places as in `Live`. */
  readonly live: Float64Array;
  /** Told of each message beyond the plan, before it is posted: what the platform then knows of the fan. */
  readonly onReaction?: ((reaction: { fan: number; kind: number; atUs: number }) => void) | undefined;
}
