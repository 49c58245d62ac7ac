/** Where scenarios are found by name: those of the package, then those in ./scenarios/. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, isAbsolute, join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { didYouMean } from '../../core/did-you-mean.js';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';

export const scenarioExtensions = ['.yaml', '.yml', '.json', '.ts', '.mts', '.js', '.mjs'] as const;

/** The package's own scenarios: beside sim/ when run from source, beside dist/ when built. */
export function builtInDirectory(): string {
  const candidates = ['../../scenarios/', '../../../scenarios/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((directory) => existsSync(join(directory, 'scenario.schema.json'))) ?? candidates[0]!;
}

/** Names of the package's scenarios, in order. */
export function builtInNames(): readonly string[] {
  return namesIn(builtInDirectory());
}

/** The file a name or path means; a name is one without a folder and without an extension. */
export function findScenario(nameOrPath: string): string {
  const isPath = isAbsolute(nameOrPath) || /[\\/]/.test(nameOrPath) || isScenarioFile(nameOrPath);
  if (isPath) return resolve(nameOrPath);
  for (const directory of [builtInDirectory(), resolve('scenarios')]) {
    for (const extension of scenarioExtensions) {
      const file = join(directory, nameOrPath + extension);
      if (existsSync(file)) return file;
    }
  }
  // A file of another kind is no unknown name: whoever reads it says what is wrong with it.
  if (statSync(nameOrPath, { throwIfNoEntry: false })?.isFile()) return resolve(nameOrPath);
  const names = builtInNames();
  const near = didYouMean(nameOrPath, [...names, ...namesIn(resolve('scenarios'))]);
  const message = `there is no scenario ${JSON.stringify(nameOrPath)}${near === '' ? ';' : near} Built in are ${names.join(', ')}`;
  throw new UserError(ExitCode.usage, near === '' ? message.replace('; Built', '; built') : message);
}

function namesIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter(isScenarioFile)
    .map((file) => parse(file).name)
    .sort();
}

function isScenarioFile(path: string): boolean {
  const isSchema = path.endsWith('.schema.json');
  const isTarget = path.endsWith('-target.mjs');
  return !isSchema && !isTarget && scenarioExtensions.some((extension) => extension === extname(path).toLowerCase());
}
