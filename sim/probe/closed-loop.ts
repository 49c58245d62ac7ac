/** One step on real sockets: autocannon's closed loop with so many connections for so long. */
import autocannon from 'autocannon';
import { after, monotonicClock } from '../../core/clock.js';
import { US_PER_S } from '../../core/units.js';
import type { OutgoingMessage } from '../player/channel.js';
import type { Target } from '../run/shard.js';
import { tlsConnect } from '../run/undici-transport.js';
import type { WireChannel } from '../run/wire-channel.js';
import { attachProbe } from './probe-connection.js';
import type { Step } from './step.js';
import { Tally } from './tally.js';

export interface ClosedLoopOptions {
  readonly target: Target;
  readonly channel: WireChannel;
  readonly nextMessage: () => OutgoingMessage;
  readonly isAcknowledgeOnly: (template: number) => boolean;
  /** The platform's deadline: an answer that takes longer is none. */
  readonly timeoutS: number;
  /** Ends the step at once. */
  readonly signal: AbortSignal;
}

export interface StepPlan {
  readonly connections: number;
  readonly stepS: number;
  /** The first part of the step, which does not count. */
  readonly warmUpS: number;
}

/** Ends no later than this after it was told to. */
const SAMPLE_MS = 50;
/** So many failures without an answer in between, and the target is gone: autocannon would go on trying without a pause. */
const GONE_AFTER = 1_000;

/** Never fails for what the target does: that is in the step. */
export async function runClosedLoop(options: ClosedLoopOptions, plan: StepPlan): Promise<Step> {
  const { target, channel, timeoutS, signal } = options;
  const tally = new Tally(monotonicClock);
  let lostInARow = 0;
  let stop = () => {};
  const shared = {
    ...options,
    headers: { ...channel.headers, ...target.headers },
    isVerified: target.tls?.isVerified ?? true,
    timeoutUs: timeoutS * US_PER_S,
    clock: monotonicClock,
    listener: {
      answered(...[tookUs, failure]: Parameters<Tally['answered']>) {
        lostInARow = 0;
        tally.answered(tookUs, failure);
      },
      lost(failure: Parameters<Tally['lost']>[0]) {
        tally.lost(failure);
        if (++lostInARow === GONE_AFTER) stop();
      },
    },
  };
  const ended = new Promise<void>((resolve, reject) => {
    const loop = autocannon(
      {
        url: target.origin,
        connections: plan.connections,
        // Longer than the step: it is ended by our own clock.
        duration: plan.stepS + 60,
        timeout: timeoutS,
        sampleInt: SAMPLE_MS,
        tlsOptions: tlsConnect(target.tls),
        setupClient: (client) => attachProbe(client, shared),
      },
      (error: unknown) => (error == null ? resolve() : reject(error)),
    );
    stop = () => {
      tally.close();
      loop.stop();
    };
  });
  const cancelOpen = after(plan.warmUpS * 1_000, () => tally.open());
  const cancelStop = after(plan.stepS * 1_000, () => stop());
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    await ended;
  } finally {
    cancelOpen();
    cancelStop();
    signal.removeEventListener('abort', stop);
  }
  return tally.step(plan.connections);
}
