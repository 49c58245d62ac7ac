/** The built-in scenarios: they load, hold what the cases report, and their own server answers as they expect. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileAnswers } from '../../server/engine/answer-book.js';
import { builtInDirectory, builtInNames } from './built-in.js';
import { expectedMessages } from './expected-messages.js';
import type { Expectation, Intent } from './intent.js';
import { type LoadedScenario, loadScenario } from './load.js';
import type { Scenario } from './schema.js';
import { sentNames } from './traffic.js';

const names = builtInNames();
const loaded = new Map<string, LoadedScenario>();
for (const name of names) loaded.set(name, await loadScenario(name));
const scenarioOf = (name: string): Scenario => loaded.get(name)!.scenario;

test('all are there, and named as their files', () => {
  expect(names).toEqual([
    'example',
    'floraland',
    'morning',
    'plain-queue',
    'prizes',
    'push-callbacks',
    'quiz',
    'retry-storm',
    'sale',
    'smoke',
    'three-days',
    'webhook',
  ]);
  for (const name of names) expect(scenarioOf(name).name).toBe(name);
});

test.each(names)('%s has gates, no warnings, and says what is known and what is assumed', (name) => {
  const { scenario, warnings } = loaded.get(name)!;
  expect(warnings).toEqual([]);
  expect(scenario.gates.length).toBeGreaterThanOrEqual(4);
  if (name === 'smoke' || name === 'example') return;
  expect(scenario.facts.length).toBeGreaterThan(0);
  expect(scenario.assumptions.length).toBeGreaterThan(0);
});

test('each YAML names its schema first', () => {
  for (const file of readdirSync(builtInDirectory()).filter((name) => name.endsWith('.yaml'))) {
    const [first] = readFileSync(join(builtInDirectory(), file), 'utf8').split('\n');
    expect(first, file).toBe('# yaml-language-server: $schema=./scenario.schema.json');
  }
});

describe('totals', () => {
  test.each([
    ['floraland', { messages: 173_734, subscribe: 57_805 }],
    ['quiz', { messages: 2_800_000, subscribe: 140_000 }],
    ['morning', { messages: 40_000 }],
    ['sale', { messages: 42_000, subscribe: 10_000 }],
    ['webhook', { messages: 750 }],
    ['three-days', { messages: 180_000, subscribe: 62_000, unsubscribe: 1_200 }],
    ['push-callbacks', { messages: 600, 'job-finish': 30_000 }],
    ['prizes', { messages: 2_200, subscribe: 130 }],
    ['smoke', { messages: 600, subscribe: 50 }],
    ['example', { messages: 600, subscribe: 50 }],
  ])('%s', (name, totals) => {
    const scenario = scenarioOf(name);
    const counted: Record<string, number> = {};
    for (const part of scenario.traffic) {
      const { count, isExact } = expectedMessages(part, scenario.day);
      expect(isExact, part.name).toBe(true);
      const kinds = sentNames(part.sends).map((intent) => scenario.intents[intent]!.kind);
      const counter = ['subscribe', 'unsubscribe', 'job-finish'].find((kind) => kinds.every((sent) => sent === kind));
      counted[counter ?? 'messages'] = (counted[counter ?? 'messages'] ?? 0) + count;
    }
    expect(counted).toEqual(totals);
  });

  test('10,000 messages wait at nine in the morning', () => {
    const overnight = scenarioOf('morning').traffic.find((part) => part.name === 'overnight');
    expect(overnight).toMatchObject({ from: 0, to: 9 * 3_600, total: 10_000 });
  });

  test('the callbacks of a push peak at 7,000/s without being stretched', () => {
    const curve = scenarioOf('push-callbacks').traffic[0]!;
    const shape = expectedMessages({ ...curve, total: undefined } as never, scenarioOf('push-callbacks').day);
    expect(shape.count / 30_000).toBeCloseTo(1, 3);
  });
});

test('the TypeScript example is the smoke scenario under another name', () => {
  const { name: _1, title: _2, about: _3, ...smoke } = scenarioOf('smoke');
  const { name: _4, title: _5, about: _6, ...example } = scenarioOf('example');
  expect(example).toEqual(smoke);
});

// The reference server does not speak webhooks.
const served = names.filter((name) => scenarioOf(name).channel === undefined);

describe.each(served)('%s: its server answers as its fans expect', (name) => {
  const { intents, server, faults } = scenarioOf(name);
  const decide = compileAnswers(server.answers);
  const rows = Object.entries(intents).flatMap(([intent, { says = [''] }]) => says.map((wording) => [intent, wording]));
  test.each(rows)('%s %s', (intentName, wording) => {
    const intent = intents[intentName!]!;
    for (const fan of sampleFans) {
      const decision = decide(inbound(intent, fill(wording!, fan)), 0);
      if (intent.expect === 'acknowledged') {
        expect(decision.kind).toBe('acknowledge');
        continue;
      }
      const text = decision.kind === 'reply' ? decision.text : '';
      expect(isRight(intent.expect, text, fan), `answered ${JSON.stringify(decision)}`).toBe(true);
      for (const fault of faults) {
        if (fault.do === 'wrong-reply') expect(isRight(intent.expect, fault.text, fan)).toBe(false);
      }
    }
  });
});

type Fan = Readonly<Record<string, string>>;
const sampleFans: readonly Fan[] = [
  { name: '张伟', city: '成都市', order: '0012345678', chatter: '哎呀，好吃的宫保鸡丁' },
  { name: '欧阳公明', city: '都江堰市', order: '4294967295', chatter: '唉，自制的红烧肉' },
];

function fill(text: string, fan: Fan): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => fan[name] ?? whole);
}

/** What the platform would push, as far as the decision looks at it. */
function inbound({ kind, key }: Intent, content: string): Parameters<ReturnType<typeof compileAnswers>>[0] {
  const message =
    kind === 'text'
      ? { kind, content }
      : kind === 'click'
        ? { kind: 'event', event: 'CLICK', eventKey: key }
        : kind === 'subscribe' || kind === 'unsubscribe' || kind === 'job-finish'
          ? { kind: 'event', event: kind === 'job-finish' ? 'MASSSENDJOBFINISH' : kind }
          : { kind };
  return { ...message, fromUserName: 'oFan', toUserName: 'gh_test', createTimeS: 0 } as never;
}

/** The expectation read once more, on its own. */
function isRight(expectation: Exclude<Expectation, string>, text: string, fan: Fan): boolean {
  const list = (value: string | string[] | undefined) => [value ?? []].flat().map((part) => fill(part, fan));
  const { kind = 'text', equals, contains, excludes, matches } = expectation;
  if (kind !== 'text' || text === '') return false;
  if (equals !== undefined && text !== fill(equals, fan)) return false;
  if (matches !== undefined && !new RegExp(matches, 'u').test(text)) return false;
  return list(contains).every((part) => text.includes(part)) && !list(excludes).some((part) => text.includes(part));
}
