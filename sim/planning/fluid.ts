/**
 * The day as a liquid: what comes faster than it can be served stands, whatever the fluctuations. Right to within a
 * percent for overloads of thousands of messages, and computed before anything is simulated.
 */

export interface FluidStep {
  /** Seconds, one after the other. */
  readonly lengthS: number;
  readonly arrivalsPerS: number;
}

export interface FluidDay {
  /** Messages, ∫(λ−μ)⁺. */
  readonly peakBacklog: number;
  /** Seconds from the start. */
  readonly peakAtS: number;
  /** How long the last one of the peak waits: b/μ. */
  readonly longestWaitS: number;
  /** From the peak until nothing stands: b/(μ−λ₂) where the rate stays λ₂; null: not within the steps. */
  readonly drainS: number | null;
}

export function fluidDay(steps: readonly FluidStep[], capacityPerS: number): FluidDay {
  let [atS, backlog, peakBacklog, peakAtS] = [0, 0, 0, 0];
  let drainedAtS: number | null = 0;
  for (const { lengthS, arrivalsPerS } of steps) {
    const growth = arrivalsPerS - capacityPerS;
    const after = backlog + growth * lengthS;
    if (after <= 0 && backlog > 0 && drainedAtS === null) drainedAtS = atS + backlog / -growth;
    backlog = Math.max(0, after);
    atS += lengthS;
    if (backlog > peakBacklog) [peakBacklog, peakAtS, drainedAtS] = [backlog, atS, null];
  }
  return {
    peakBacklog,
    peakAtS,
    longestWaitS: peakBacklog / capacityPerS,
    drainS: drainedAtS === null ? null : drainedAtS - peakAtS,
  };
}

/** How long a message stays in an inbox of `room` whose oldest are pushed out: K/(λ−μ); infinite where it never fills. */
export function survivalS(room: number, arrivalsPerS: number, capacityPerS: number): number {
  return arrivalsPerS <= capacityPerS ? Number.POSITIVE_INFINITY : room / (arrivalsPerS - capacityPerS);
}

export interface RetryRules {
  readonly attempts: number;
  readonly deadlineS: number;
  /** A message posted again is known, and worked on once. */
  readonly isDeduplicated: boolean;
  /** No work is spent on a post that was cut. */
  readonly dropsExpired: boolean;
  /** Messages that may wait. */
  readonly room: number;
}

/**
 * Whether a first-come-first-served server that fell behind stays behind for ever: once the line is longer than μτ every
 * post served is already dead and comes `attempts` times, and ρ·attempts > 1 never ends (THEORY §4). Any of three cures.
 */
export function isStormProne(load: number, capacityPerS: number, rules: RetryRules): boolean {
  const { attempts, deadlineS, isDeduplicated, dropsExpired, room } = rules;
  if (isDeduplicated || dropsExpired || room < capacityPerS * deadlineS) return false;
  return load > 1 / attempts;
}
