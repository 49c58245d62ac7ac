/** Network faults and hooks: byte rates, what is told about wrong ones, and the examples of the reference. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { crossCheck } from './cross-check.js';
import { encodeScenario } from './encode.js';
import { dotted } from './finding.js';
import { hookName, hookSchema } from './hook.js';
import { findingsOf } from './issue-sentence.js';
import { byteRate, parseByteRate } from './network.js';
import { scenarioReference } from './reference-page.js';
import { type ScenarioInput, scenarioSchema } from './schema.js';

const small: ScenarioInput = {
  name: 'small',
  day: { start: '14:00', length: '2h' },
  fans: { followers: 100 },
  intents: { hello: { says: ['hi'] } },
  traffic: [{ name: 'part', model: 'poisson', total: 10, sends: 'hello' }],
};

/** What the schema says, or when it is content, what the checks across fields say. */
function problems(changes: Record<string, unknown>): string[] {
  const input = { ...small, ...changes };
  const { data, error } = scenarioSchema.safeParse(input);
  const findings = data ? crossCheck(data).errors : findingsOf(scenarioSchema, error!.issues, input);
  return findings.map(({ path, message }) => `${dotted(path)}: ${message}`);
}

describe('byte rates', () => {
  test.each([
    ['64kB/s', 64_000],
    ['1B/s', 1],
    [' 1.5 MiB / s ', 1_572_864],
    ['256kbit/s', 32_000],
    ['10Mbit/s', 1_250_000],
    ['0.5GB/s', 5e8],
  ])('%s', (text, bytesPerS) => {
    expect(byteRate.parse(text)).toBe(bytesPerS);
    expect(byteRate.parse(z.encode(byteRate, bytesPerS))).toBe(bytesPerS);
  });

  test.each(['', '64', '64kB', '64 KB/s', '0B/s', '0.5B/s', '-1kB/s', '1e3B/s', '64kb/s', '999999999GB/s'])(
    '%s is none',
    (text) => expect(parseByteRate(text)).toBeUndefined(),
  );

  test('whatever was written comes back to the last bit, the usual as it was', () => {
    const amount = fc.tuple(fc.nat({ max: 999_999 }), fc.nat({ max: 6 })).map(([n, shift]) => n / 10 ** shift);
    fc.assert(
      fc.property(amount, fc.constantFrom('B', 'kB', 'MB', 'GB', 'KiB', 'MiB', 'kbit', 'Mbit'), (n, unit) => {
        const bytesPerS = parseByteRate(`${n.toFixed(6)}${unit}/s`);
        fc.pre(bytesPerS !== undefined);
        expect(parseByteRate(z.encode(byteRate, bytesPerS!))).toBe(bytesPerS);
      }),
    );
    for (const text of ['64kB/s', '1.5MB/s', '999B/s', '2GB/s']) {
      expect(z.encode(byteRate, byteRate.parse(text))).toBe(text);
    }
  });
});

test('the examples of the reference are valid, and come back as they were', () => {
  const examples = [...scenarioReference().matchAll(/```yaml\n((?:network|hooks):\n.*?)```/gs)].map(([, text]) => text);
  expect(examples).toHaveLength(2);
  const changes = parse(examples.join(''));
  expect(problems(changes)).toEqual([]);
  const scenario = scenarioSchema.parse({ ...small, ...changes });
  expect(new Set(scenario.network.map((fault) => fault.do)).size).toBe(6);
  const written = encodeScenario(scenario);
  expect(scenarioSchema.parse(written)).toEqual(scenario);
  expect(written.network?.[1]).toEqual({ do: 'bandwidth', at: '14:10:00', for: '5m', limit: '64kB/s', share: '20%' });
});

test('wrong network faults', () => {
  const on = (fault: object) => problems({ network: [{ at: '14:30', for: '10s', ...fault }] });
  expect(on({ do: 'explode' })).toEqual([
    'network.0.do: unknown do "explode"; there are delay, bandwidth, reset, black-hole, half-close, refuse',
  ]);
  expect(on({ do: 'bandwidth', limit: '64k' })).toEqual([
    'network.0.limit: "64k" is not a byte rate with its unit, at least "1B/s", like "64kB/s", "2MB/s" or "256kbit/s"',
  ]);
  expect(on({ do: 'delay' })).toEqual([
    'network.0.by: `by` is missing: a duration with its unit, like "250ms", "5s" or "1h30m"',
  ]);
  expect(on({ do: 'delay', by: '10ms', jitter: '11ms' })).toEqual([
    'network.0.jitter: more than `by`: a delay is never negative',
  ]);
  expect(on({ do: 'delay', by: '0s' })).toEqual(['network.0.by: the fault adds nothing']);
  expect(on({ do: 'delay', by: '2h' })).toEqual(['network.0.by: at most an hour (`1h`)']);
  expect(on({ do: 'reset', share: '0%', for: '0s' })).toEqual([
    'network.0.for: the fault has no length',
    'network.0.share: the fault hits nobody',
  ]);
  expect(on({ do: 'refuse', share: '10%' })).toEqual([
    'network.0.share: a closed port refuses everybody; leave `share` out, or take `reset`',
  ]);
  expect(on({ do: 'reset', at: '13:00' })).toEqual(['network.0.at: 13:00 is outside the day (14:00 to 16:00)']);
  expect(on({ do: 'reset', for: '2h' })).toEqual(['network.0.for: the fault ends at 16:30, after the day (16:00)']);
  const named = { do: 'reset', name: 'twice', at: '14:30', for: '1s' };
  const faults = [{ do: 'stall', name: 'twice', at: '14:00', for: '1s' }];
  expect(problems({ network: [named, named], faults })).toEqual([
    'network.1.name: there is already a network fault called "twice"; take another name',
    'network.0.name: there is already a fault called "twice"; take another name',
    'network.1.name: there is already a fault called "twice"; take another name',
  ]);
});

test('wrong hooks', () => {
  const on = (hook: object) => problems({ hooks: [{ at: '14:30', ...hook }] });
  expect(on({ run: 'kubectl rollout restart' })).toEqual([
    'hooks.0.run: "kubectl rollout restart" is not a list of a command and its arguments, like ["kubectl", "rollout", "restart", "deploy/replies"]',
  ]);
  expect(on({ run: ['kubectl rollout'] })).toEqual([
    'hooks.0.run.0: no shell reads this; did you mean ["kubectl", "rollout"]?',
  ]);
  expect(on({ run: [] })).toEqual(['hooks.0.run: has 0 entries; at least 1 is needed']);
  expect(on({ run: [''] })).toEqual(['hooks.0.run.0: the command is empty']);
  expect(on({})).toEqual(['hooks.0: say `run` or `call`, one of them']);
  expect(on({ run: ['true'], call: { url: 'http://127.0.0.1/' } })).toEqual([
    'hooks.0: say `run` or `call`, one of them',
  ]);
  expect(on({ call: { url: 'ftp://127.0.0.1/' } })).toEqual([
    'hooks.0.call.url: "ftp://127.0.0.1/" will not do: not an address like http://127.0.0.1:8080/restart',
  ]);
  expect(on({ call: { url: 'http://127.0.0.1/', headers: { 'a b': 'c' } } })).toEqual([
    'hooks.0.call.headers.a b: "a b" cannot be a name here: a header has letters, digits and dashes',
  ]);
  expect(on({ run: ['true'], at: '16:00', timeout: '0s' })).toEqual([
    'hooks.0.timeout: nothing is done that fast; write `30s`, for example',
    'hooks.0.at: the day ends then; the hook would not be played',
  ]);
  expect(on({ run: ['true'], at: '17:00', timeout: '2h' })).toEqual([
    'hooks.0.timeout: at most an hour (`1h`)',
    'hooks.0.at: 17:00 is outside the day (14:00 to 16:00)',
  ]);
  const named = { name: 'twice', at: '14:30', run: ['true'] };
  expect(problems({ hooks: [named, named] })).toEqual([
    'hooks.1.name: there is already a hook called "twice"; take another name',
  ]);
});

test('the name of a hook shows no arguments, paths or queries', () => {
  const nameOf = (hook: object) => hookName(hookSchema.parse({ at: '14:30', ...hook }));
  expect(nameOf({ name: 'n', run: ['a'] })).toBe('n');
  expect(nameOf({ run: ['curl', 'secret'] })).toBe('curl');
  expect(nameOf({ call: { url: 'http://user:secret@localhost:81/secret?secret' } })).toBe('POST localhost:81');
});
