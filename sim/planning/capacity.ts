/** What a server carries with all of its workers busy. */
import { contentionFactor } from '../../server/engine/work-time.js';
import type { Scenario } from '../scenario/schema.js';

/** Messages a second; infinite where the work takes no time. */
export function capacityPerS({ workers, workTime, contention }: CapacityOf): number {
  if (workTime.mean === 0) return Number.POSITIVE_INFINITY;
  return workers / (workTime.mean * contentionFactor(contention, workers));
}

type CapacityOf = Pick<Scenario['server'], 'workers' | 'contention'> & {
  readonly workTime: Pick<Scenario['server']['workTime'], 'mean'>;
};
