/**
 * `PEAKDAY_SPEED=60` stands for `--speed 60`: below the flags, above the scenario. Each command takes only the names it
 * has, so that a variable meant for one does not trouble another; yargs makes numbers of what are numbers.
 */
import process from 'node:process';
import { nearest } from '../../core/did-you-mean.js';
import type { Problem } from '../../core/problem.js';

const PREFIX = 'PEAKDAY_';

/** Flags that the environment may set, of all commands. */
const environmentFlags = [
  ...['target', 'token', 'aes-key', 'aes-key-previous', 'header', 'ca', 'insecure', 'allow-public'],
  ...['platform-port', 'platform-host', 'platform-url', 'appid', 'secret', 'reply', 'staff-token', 'control-token'],
  ...['speed', 'seed', 'window', 'threads', 'out', 'quiet', 'json', 'color', 'brief'],
  ...['model', 'replications', 'precision', 'limit', 'interval', 'pickup', 'shrinkage'],
  ...['probe', 'connections', 'step'],
  ...['host', 'port', 'workers', 'work-time', 'queue', 'order', 'deadline', 'dedupe', 'store', 'max-age', 'timezone'],
  ...['day', 'webhook', 'webhook-secret', 'webhook-types', 'webhook-anywhere'],
] as const;
export type EnvironmentFlag = (typeof environmentFlags)[number];

/** Read by nothing that is told of here: the tests' own. */
const others = new Set(
  [
    ...['TEST', 'UPDATE', 'UPDATE_GOLDEN', 'PICTURES', 'REQUIRE_CHROMIUM'],
    ...['PROPERTY_RUNS', 'PROPERTY_WORLD', 'SPEED_OF_TEST'],
  ].map((name) => `${PREFIX}${name}`),
);

export function environmentOptions(
  names: readonly EnvironmentFlag[],
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const options: Record<string, string> = {};
  for (const name of names) {
    const value = environment[environmentName(name)];
    if (value !== undefined && value !== '') options[name] = value;
  }
  return options;
}

/** `platform-port` -> `PEAKDAY_PLATFORM_PORT`. */
export function environmentName(flag: string): string {
  return `${PREFIX}${flag.replaceAll('-', '_').toUpperCase()}`;
}

/** Variables that look like ours, and that no command reads. */
export function strayVariables(environment: NodeJS.ProcessEnv = process.env): Problem[] {
  const known = environmentFlags.map(environmentName);
  const names = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && environment[name] !== '');
  return names
    .filter((name) => !known.includes(name) && !others.has(name))
    .sort()
    .map((name) => {
      // What all have in common makes none of them near.
      const near = nearest(
        name.slice(PREFIX.length),
        known.map((each) => each.slice(PREFIX.length)),
      );
      const meant = near === undefined ? '' : `; did you mean ${PREFIX}${near}?`;
      return { message: `${name} is set, and nothing reads it${meant}` };
    });
}
