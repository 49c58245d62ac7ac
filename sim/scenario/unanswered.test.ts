import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { scenarioSchema } from './schema.js';
import { unansweredWarning } from './unanswered.js';

const part = { name: 'part', model: 'poisson', total: 10, sends: 'hello' } as const;
const of = (over: object) =>
  unansweredWarning(
    scenarioSchema.parse({
      name: 'small',
      day: { length: '1h' },
      fans: { followers: 100 },
      intents: { hello: { says: ['hi'], expect: { contains: 'hi' } } },
      traffic: [part],
      ...over,
    }),
  );

test('a reference server without an answer is told of where a reply is wanted, and nowhere else', () => {
  expect(of({})).toEqual({
    path: 'server.answers',
    message: 'is empty: the reference server answers nothing; say --target or server.answers',
  });
  expect(of({ intents: { hello: { says: ['hi'] } } })).toBeUndefined();
  expect(of({ server: { answers: { fallback: { text: 'hi' } } } })).toBeUndefined();
  expect(of({ server: { answers: { rules: [{ name: 'a', exact: ['hi'], reply: { text: 'hi' } }] } } })).toBeUndefined();
  expect(of({ server: { account: { inbox: {}, desk: { people: ['wang'] } } } })).toBeUndefined();
  expect(of({ channel: { type: 'webhook' } })).toBeUndefined();
});

test('the scenario of the README is answered by the reference server', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n(.*?name: my-campaign.*?)```/s.exec(readme) ?? [];
  expect(unansweredWarning(scenarioSchema.parse(parse(example)))).toBeUndefined();
});
