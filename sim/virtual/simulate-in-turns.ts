/** A simulated day that can be stopped where it stands: between its turns the thread hears whatever else there is, a signal for one. */
import { monotonicClock, turnOfOthers } from '../../core/clock.js';
import type { Simulated } from './facts.js';
import { type SimulateOptions, Simulation, simulate } from './simulate.js';

export interface SimulationUnderWay {
  /** Nothing more is sent; what is under way goes on to its end. */
  stop(): void;
  /** The same as `simulate` gives, unless it was stopped. */
  readonly finished: Promise<Simulated>;
}

/** A signal is heard within about so long. */
const TURN_US = 50_000;
/** Between two looks at the clock: a step takes half a microsecond, or a tenth of a millisecond where thousands are at the desk. */
const STEPS_A_LOOK = 1_024;

/** A plain queue is served in one turn, and cannot be stopped. */
export function simulateInTurns(options: SimulateOptions): SimulationUnderWay {
  if (options.scenario.queue !== undefined) return { stop() {}, finished: Promise.resolve(simulate(options)) };
  const simulation = new Simulation(options);
  return { stop: () => simulation.stop(), finished: playInTurns(simulation) };
}

async function playInTurns(simulation: Simulation): Promise<Simulated> {
  do await turnOfOthers();
  while (playTurn(simulation));
  return simulation.close();
}

/** `false`: it is over. */
function playTurn(simulation: Simulation): boolean {
  const untilUs = monotonicClock.nowUs() + TURN_US;
  do if (!simulation.play(STEPS_A_LOOK)) return false;
  while (monotonicClock.nowUs() < untilUs);
  return true;
}
