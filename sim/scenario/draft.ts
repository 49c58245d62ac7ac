/**
 * A scenario as far as it is valid, so that everything wrong with it can be told at once: checks across fields run on
 * what is left when the schema has turned some of it down. A `Scenario` is a draft without gaps.
 */
import { z } from 'zod';
import type { DeskSettings } from './desk.js';
import type { Fault } from './fault.js';
import type { Hook } from './hook.js';
import type { Intent } from './intent.js';
import type { NetworkFault } from './network.js';
import { type Scenario, scenarioSchema } from './schema.js';
import { child, unwrap } from './schema-walk.js';
import type { Gate } from './threshold.js';
import type { TrafficPart } from './traffic.js';

type List<Item> = readonly (Item | undefined)[] | undefined;
type Gaps<Value> = { readonly [Key in keyof Value]: Value[Key] | undefined };

export interface Draft extends Gaps<Pick<Scenario, 'speed' | 'promise'>> {
  readonly day: Gaps<Scenario['day']> | undefined;
  readonly fans:
    | (Gaps<Pick<Scenario['fans'], 'followers' | 'patience'>> & {
        readonly sources: List<Scenario['fans']['sources'][number]>;
      })
    | undefined;
  readonly phases: List<Scenario['phases'][number]>;
  readonly intents: Readonly<Record<string, Intent | undefined>> | undefined;
  readonly traffic: List<TrafficPart>;
  readonly faults: List<Fault>;
  readonly network: List<NetworkFault>;
  readonly hooks: List<Hook>;
  readonly gates: List<Gate>;
  readonly platform:
    | (Gaps<Pick<Scenario['platform'], 'deadline'>> & { readonly api: Gaps<Scenario['platform']['api']> | undefined })
    | undefined;
  readonly desk?:
    | {
        readonly people: DeskSettings['people'] | undefined;
        readonly answers: List<string>;
        readonly shifts: List<DeskSettings['shifts'][number]>;
        readonly breaks: List<DeskSettings['breaks'][number]>;
        readonly handling: Gaps<DeskSettings['handling']> | undefined;
        readonly corrections?: { readonly handling?: Gaps<DeskSettings['handling']> | undefined } | undefined;
      }
    | undefined;
  readonly queue?: { readonly first: List<string> } | undefined;
  readonly server:
    | {
        readonly answers: DraftAnswers | undefined;
        readonly account: Gaps<Scenario['server']['account']> | undefined;
      }
    | undefined;
}

type Answers = Scenario['server']['answers'];

export interface DraftAnswers {
  readonly templates: Readonly<Record<string, string | undefined>> | undefined;
  readonly welcome?: Answers['welcome'] | undefined;
  readonly fallback?: Answers['fallback'] | undefined;
  readonly rules: List<Answers['rules'][number]>;
}

/** What is valid of `input`; an item of a list or map that is not is undefined. */
export function draftOf(input: unknown): Draft {
  const isMap = input !== null && typeof input === 'object' && !Array.isArray(input);
  return salvage(scenarioSchema, isMap ? input : {}) as Draft;
}

function salvage(schema: z.core.$ZodType, input: unknown): unknown {
  const whole = z.safeParse(schema, input);
  if (whole.success) return whole.data;
  const def = unwrap(schema)._zod.def;
  const parse = (inner: z.core.$ZodType, value: unknown) => z.safeParse(inner, value).data;
  if (def.type === 'array') return Array.isArray(input) ? input.map((item) => parse(def.element, item)) : undefined;
  if (input === null || typeof input !== 'object' || Array.isArray(input)) return undefined;
  if (def.type === 'record') return mapValues(input as Record<string, unknown>, (item) => parse(def.valueType, item));
  // What a rule across its fields has turned down is worth nothing in parts.
  if (def.type !== 'object' || (def.checks?.length ?? 0) > 0) return undefined;
  return mapValues(def.shape, (inner, key) => salvage(inner, child(input, key)));
}

function mapValues<Value>(
  map: Readonly<Record<string, Value>>,
  call: (value: Value, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, call(value, key)]));
}
