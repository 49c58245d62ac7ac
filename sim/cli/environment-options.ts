/**
 * `PEAKDAY_SPEED=60` stands for `--speed 60`: below the flags, above the scenario. Each command takes only the names it
 * has, so that a variable meant for one does not trouble another; yargs makes numbers of what are numbers.
 */
import process from 'node:process';

export function environmentOptions(
  names: readonly string[],
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
  return `PEAKDAY_${flag.replaceAll('-', '_').toUpperCase()}`;
}
