/**
 * What a probe says of a server whose slots are known: the work of one message takes longer where others are worked on.
 *
 * The universal scalability law of all steps of a probe takes the slots themselves for contention: with c slots the
 * throughput stops at c. So only steps with at most c connections count, where nobody waits for a slot and N messages are
 * worked on: each takes R(N) = N/X(N) = (1 + σ(N−1) + κN(N−1))/λ, the way included. The way is not work and does not
 * grow, so that of the work alone σ and κ are larger by R(1)/(R(1) − way).
 *
 * What was seen in a run was measured under its own load: with m others worked on, on average, their number being
 * Poisson's, the work was 1 + σm + κ(m² + 2m) times that of a message alone.
 */
import type { Model } from './model.js';

/** The law as fitted over the steps that count; `sigma`, `kappa` 0 where they make no difference that can be seen. */
export interface ContentionLaw {
  readonly lambdaPerSecond: number;
  readonly sigma: number;
  readonly kappa: number;
}

/** Of the work alone. Where the way is nearly all of it the law says nothing about the work: 0. */
export function workContention(
  { lambdaPerSecond, sigma, kappa }: ContentionLaw,
  overheadMs: number,
): { sigma: number; kappa: number } {
  const aloneMs = 1_000 / lambdaPerSecond;
  const workMs = aloneMs - overheadMs;
  if (workMs < LEAST_WORK_SHARE * aloneMs) return { sigma: 0, kappa: 0 };
  const ratio = aloneMs / workMs;
  return { sigma: Math.min(1, sigma * ratio), kappa: Math.min(1, kappa * ratio) };
}

const LEAST_WORK_SHARE = 0.2;

/** How many times as long as alone the work took in the runs it was learnt from. */
export function factorSeen({ sigma, kappa }: { readonly sigma: number; readonly kappa: number }, model: Seen): number {
  const { workers } = model.server;
  let [weighted, messages] = [0, 0];
  for (const run of model.seen) {
    if (run.leftOut !== null) continue;
    const others = Math.min(run.load * workers, workers - 1);
    weighted += run.messages * (1 + sigma * others + kappa * (others * others + 2 * others));
    messages += run.messages;
  }
  return messages === 0 ? 1 : weighted / messages;
}

type Seen = Pick<Model, 'seen' | 'server'>;
