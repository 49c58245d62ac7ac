/** A scenario as it could be written again, every default filled in: what a run folder keeps. */
import { z } from 'zod';
import { type Scenario, type ScenarioInput, scenarioSchema } from './schema.js';

/** Loading what this returns gives the same scenario again, to the last bit. */
export function encodeScenario(scenario: Scenario): ScenarioInput {
  return z.encode(scenarioSchema, scenario);
}
