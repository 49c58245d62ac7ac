/** What is said on the command line and would change nothing: refused, with what to write instead. */
import type { Problem } from '../../core/problem.js';
import { encodeScenario } from '../scenario/encode.js';
import type { Scenario } from '../scenario/schema.js';
import { parseSetting, withSettings } from '../scenario/setting.js';

interface Said {
  readonly set: readonly string[];
  readonly model: string | undefined;
  /** Paths of `--vary`. */
  readonly varied?: readonly string[] | undefined;
}

export function idleSettings(scenario: Scenario, { set, model, varied = [] }: Said): Problem[] {
  // Their form is looked at elsewhere.
  const names = set.map(parseSetting).flatMap((setting) => (typeof setting === 'string' ? [] : [setting.name]));
  return [
    ...(scenario.queue === undefined ? [] : besideQueue(names, varied, model)),
    ...setAndVaried(scenario, names, varied),
  ];
}

const queueDecides = 'changes nothing, for a plain queue takes the place of platform, server and desk';

const replaced = ['server', 'desk', 'inbox', 'platform', 'network'];

/** Settings of a server, and what a plain queue has instead. */
const ofQueue: readonly (readonly [RegExp, string])[] = [
  [/^server\.workers$|^desk\.people$|^desk\.shifts\b/, 'queue.servers'],
  [/^(?:server\.workTime|desk\.handling)(\..*)?$/, 'queue.work$1'],
  [/^server\.queue$/, 'queue.waiting'],
  [/^fans\.patience\.median$/, 'queue.patience.mean'],
  [/^fans\.patience\b.*/, 'queue.patience'],
];

function besideQueue(names: readonly string[], varied: readonly string[], model: string | undefined): Problem[] {
  const each = (flag: string, paths: readonly string[]) =>
    paths.flatMap((name): Problem[] => {
      const known = ofQueue.find(([pattern]) => pattern.test(name));
      if (known === undefined && !replaced.includes(name.split('.')[0]!)) return [];
      const instead = known === undefined ? 'take it away' : `say ${name.replace(known[0], known[1])}`;
      return [{ path: `${flag} ${name}`, message: `${queueDecides}: ${instead}` }];
    });
  return [
    ...(model === undefined
      ? []
      : [
          {
            path: '--model',
            message: `${queueDecides}: say queue.servers and queue.work, or play a scenario without queue`,
          },
        ]),
    ...each('--set', names),
    ...each('--vary', varied),
  ];
}

/** By where they go: a list's entry may be said by its number or by its name. */
function setAndVaried(scenario: Scenario, names: readonly string[], varied: readonly string[]): Problem[] {
  if (varied.length === 0 || names.length === 0) return [];
  const input = encodeScenario(scenario);
  const placeOf = (name: string) => withSettings(input, [{ name, value: null }]).paths[0]?.join('.') ?? name;
  const places = names.map(placeOf);
  return varied.flatMap((name): Problem[] => {
    const set = names[places.indexOf(placeOf(name))];
    return set === undefined
      ? []
      : [
          {
            path: `--vary ${name}`,
            message: `it is set, too, and the range decides: take --set ${set} away, or --vary`,
          },
        ];
  });
}
