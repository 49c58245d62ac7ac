/** What is generated from the declaration is whole; test/generated.test.ts holds the committed files to it. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { crossCheck } from './cross-check.js';
import { scenarioJsonSchema } from './json-schema.js';
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
