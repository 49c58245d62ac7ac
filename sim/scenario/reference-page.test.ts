/** What is generated from the declaration is whole; test/generated.test.ts holds the committed files to it. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { crossCheck } from './cross-check.js';
import { scenarioJsonSchema } from './json-schema.js';
import { peopleExamples } from './people-examples.js';
import { scenarioReference } from './reference-page.js';
import { scenarioSchema } from './schema.js';
import { modelExamples, reactionExample } from './traffic-examples.js';
import { unansweredWarning } from './unanswered.js';

test('the JSON schema has no keys of our own making, and describes every key', () => {
  const text = JSON.stringify(scenarioJsonSchema());
  expect(text).not.toContain('"wanted"');
  expect(text).not.toContain('"quantity"');
  const properties = scenarioJsonSchema().properties ?? {};
  expect(Object.keys(properties)).toEqual(['$schema', ...Object.keys(scenarioSchema.shape)]);
});

test('no key in the reference lacks its meaning', () => {
  const rows = scenarioReference()
    .split('\n')
    .filter((line) => /^\| `/.test(line) && line.replaceAll('\\|', '').split('|').length === 6);
  expect(rows.length).toBeGreaterThan(100);
  // The rules are declared in server/engine, where a name and a reply go without saying.
  const bare = rows.filter((line) => /\|\s*\|$/.test(line) && !line.startsWith('| `answers.rules[]'));
  expect(bare).toEqual([]);
});

test('keys within keys are listed, and no key of an intent is left out', () => {
  const page = scenarioReference();
  for (const key of ['next', 'next.send', 'next.share', 'next.median', 'next.sigma']) {
    expect(page).toContain(`\n| \`${key}\` | `);
  }
});

test('the example of fans who react is valid, and warned of by nothing', () => {
  expect(scenarioReference()).toContain(reactionExample);
  const scenario = scenarioSchema.parse({
    name: 'example',
    day: { length: '1h' },
    traffic: [{ name: 'all', model: 'poisson', rate: '1/s', sends: 'order' }],
    ...parse(reactionExample),
  });
  expect(crossCheck(scenario)).toEqual({ errors: [], warnings: [] });
});

test('the smallest scenario of the reference is valid, and answered by the reference server', () => {
  const [, example = ''] = /smallest there is:\n\n```yaml\n(.*?)```/s.exec(scenarioReference()) ?? [];
  expect(scenarioSchema.safeParse(parse(example)).error?.issues).toBeUndefined();
  expect(unansweredWarning(scenarioSchema.parse(parse(example)))).toBeUndefined();
});

test.each(Object.entries(modelExamples))('the example for %s is valid', (model, example) => {
  const traffic = parse(example);
  expect(traffic[0].model).toBe(model);
  const result = scenarioSchema.safeParse({
    name: 'example',
    day: { length: '24h' },
    fans: { followers: 1 },
    intents: { hello: { says: ['hi'] } },
    traffic,
  });
  expect(result.error?.issues).toBeUndefined();
});

test.each(Object.entries(peopleExamples))('the example for %s is valid, and on the page', (_, example) => {
  expect(scenarioReference()).toContain(example);
  const scenario = scenarioSchema.parse({
    name: 'example',
    day: { length: '24h' },
    fans: { followers: 1 },
    intents: { complaint: { says: ['hi'] } },
    traffic: [{ name: 'vip', model: 'poisson', rate: '1/s', sends: 'complaint' }],
    ...parse(example),
  });
  expect(crossCheck(scenario).errors).toEqual([]);
});

/** Sections that hold the keys of more than one, or of a part of one. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  day: ['day, phases, assumptions'],
  phases: ['day, phases, assumptions'],
  assumptions: ['day, phases, assumptions'],
  intents: ['intents', 'expect', 'sends'],
  traffic: ['traffic', 'sends'],
};

test('every key of the schema is on the page, in the section of its map', () => {
  const sections = new Map(
    scenarioReference()
      .split(/^## /m)
      .map((part) => [part.slice(0, part.indexOf('\n')), part]),
  );
  const missing: string[] = [];
  let keys = 0;
  const { $schema: _, ...properties } = scenarioJsonSchema().properties ?? {};
  for (const [top, schema] of Object.entries(properties)) {
    if (!sections.get('Top level')?.includes(`\n| \`${top}\` | `)) missing.push(top);
    const text = (elsewhere[top] ?? [top]).map((title) => sections.get(title) ?? '').join('\n');
    for (const name of namesIn(schema)) {
      keys += 1;
      if (!new RegExp(`(?:\`|[.[\\]])${name}\``).test(text)) missing.push(`${top}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
  expect(keys).toBeGreaterThan(200);
});

/** Of all maps within it; names that users choose are none. */
function namesIn(schema: unknown): Set<string> {
  if (schema === null || typeof schema !== 'object') return new Set();
  const { properties = {}, items, anyOf = [], oneOf = [], additionalProperties } = schema as Record<string, object>;
  const inner = [...Object.values(properties), items, additionalProperties, ...Object.values({ ...anyOf })];
  return new Set([
    ...Object.keys(properties),
    ...[...inner, ...Object.values({ ...oneOf })].flatMap((each) => [...namesIn(each)]),
  ]);
}
