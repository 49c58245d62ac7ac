/** Whether promises fit a scenario: as if they were its gates. */
import type { Problem } from '../../core/problem.js';
import { crossCheck } from '../scenario/cross-check.js';
import type { Scenario } from '../scenario/schema.js';
import type { DayPromise } from './promise.js';

/** A scope that does not exist, a recovery where there is nothing to recover from: all of them, before any search. */
export function promiseProblems(scenario: Scenario, promises: readonly DayPromise[]): Problem[] {
  const gates = promises.map(({ expression }) => expression);
  return crossCheck({ ...scenario, gates })
    .errors.filter(({ path }) => path[0] === 'gates')
    .map(({ path, message }) => ({ path: `--promise ${JSON.stringify(gates[Number(path[1])])}`, message }));
}
