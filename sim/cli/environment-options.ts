/** `PEAKDAY_SPEED=60` stands for `--speed 60`: below the flags, above the scenario. */

/** Every name that a flag can have; other variables that begin with PEAKDAY_ are not ours to judge. */
const names = [
  'target',
  'token',
  'speed',
  'seed',
  'window',
  'threads',
  'out',
  'quiet',
  'json',
  'color',
  'allow-public',
  'host',
  'port',
  'control-token',
  'workers',
  'work-time',
  'queue',
] as const;

export function environmentOptions(environment: NodeJS.ProcessEnv): Record<string, string | number | boolean> {
  const options: Record<string, string | number | boolean> = {};
  for (const name of names) {
    const value = environment[`PEAKDAY_${name.replaceAll('-', '_').toUpperCase()}`];
    if (value !== undefined && value !== '') options[name] = typed(value);
  }
  return options;
}

function typed(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
