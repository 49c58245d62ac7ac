import { expect, test } from 'vitest';
import { z } from 'zod';
import { crossCheck } from './cross-check.js';
import { dotted } from './finding.js';
import { findingsOf } from './issue-sentence.js';
import { platformApiSchema } from './platform-api.js';
import { scenarioSchema } from './schema.js';

function problems(api: unknown): string[] {
  const input = {
    name: 'small',
    day: { length: '10s' },
    fans: { followers: 100 },
    intents: { hello: { says: ['hi'] } },
    traffic: [{ name: 'part', model: 'poisson', total: 10, sends: 'hello' }],
    platform: { api },
  };
  const { data, error } = scenarioSchema.safeParse(input);
  const findings = data ? crossCheck(data).errors : findingsOf(scenarioSchema, error!.issues, input);
  return findings.map(({ path, message }) => `${dotted(path)}: ${message}`);
}

test('the defaults are what the platform publishes', () => {
  expect(platformApiSchema.parse({})).toEqual({
    latency: 0,
    failures: 0,
    tokenLifetime: 7_200,
    tokenOverlap: 300,
    accountType: 'service',
    quotas: { perMessage: 5, perTap: 3, daily: 500_000, tokenFetches: 2_000, massSends: 100 },
  });
});

test.each([
  ['80ms', 0.08],
  [{ mean: '80ms' }, { distribution: 'constant', mean: 0.08, sigma: 0.5 }],
  [
    { distribution: 'log-normal', mean: '1s', sigma: 1 },
    { distribution: 'log-normal', mean: 1, sigma: 1 },
  ],
])('latency may be %j, and comes back as it was', (latency, read) => {
  const parsed = platformApiSchema.parse({ latency });
  expect(parsed.latency).toEqual(read);
  expect(platformApiSchema.parse(z.encode(platformApiSchema, parsed))).toEqual(parsed);
});

test('what makes no sense is told at its place', () => {
  expect(problems({ tokenLifetime: '0s', latency: '11m' })).toEqual([
    'platform.api.latency: at most ten minutes (`10m`)',
    'platform.api.tokenLifetime: a token has to last; write `2h`, for example',
  ]);
  expect(problems({ latency: { mean: '11m' } })).toEqual(['platform.api.latency.mean: at most ten minutes (`10m`)']);
  expect(problems({ latency: 80, failures: '120%', quotas: { perMesage: 5 } })).toHaveLength(3);
  expect(problems({ quotas: { daily: 0 } })).toEqual([]);
});
