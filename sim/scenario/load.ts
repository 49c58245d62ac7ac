/** Loads a scenario from a file or by its name, and tells everything that is wrong with it at once. */
import { dirname, extname } from 'node:path';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { attachData } from './attached-data.js';
import { findScenario, scenarioExtensions } from './built-in.js';
import { crossCheck } from './cross-check.js';
import { draftOf } from './draft.js';
import { dotted, type Finding, type Path, type Place } from './finding.js';
import { findingsOf } from './issue-sentence.js';
import { readModule } from './module-source.js';
import { type Scenario, scenarioSchema } from './schema.js';
import { parseSetting, type Setting, withSettings } from './setting.js';
import { readTextFile, shownPath } from './text-file.js';
import { readYaml } from './yaml-source.js';

/** Why `desk.people` cannot be set or varied beside shifts. */
export const shiftsDecide = 'changes nothing, for desk.shifts say who is there';

const maxScenarioBytes = 5_000_000;

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** Absolute. */
  readonly file: string;
  readonly source: 'yaml' | 'typescript' | 'json';
  /** Things that can be played but probably mean something else, such as an intent nobody sends. */
  readonly warnings: readonly Problem[];
  /** Where a value stands, or the nearest thing around it; undefined for a module, which has no lines to show. */
  place(path: Path): Place | undefined;
}

export interface ScenarioOverrides {
  readonly seed?: number | undefined;
  readonly speed?: number | undefined;
  /** `server.workers=8`: each puts a value, written as in the file, in the place of what stands there. */
  readonly set?: readonly string[] | undefined;
}

/** @throws UserError with exit code 2 and all problems, in the order of the file. */
export async function loadScenario(nameOrPath: string, overrides: ScenarioOverrides = {}): Promise<LoadedScenario> {
  checkOverrides(overrides);
  const file = findScenario(nameOrPath);
  const shown = shownPath(file);
  const { source, value, problems: sourceProblems, place } = await readSource(file, shown);
  if (value === undefined) throw new UserError(ExitCode.usage, sourceProblems);
  const { settings, problems: misread } = readSettings(overrides.set ?? []);
  const { input, paths, problems: misplaced } = withSettings(withOverrides(value, overrides), settings);
  const parsed = scenarioSchema.safeParse(input);
  const found = parsed.success ? [] : findingsOf(scenarioSchema, parsed.error.issues, input);
  const draft = parsed.success ? parsed.data : draftOf(input);
  const data = await attachData(draft, dirname(file));
  const checked = crossCheck(data.draft);

  // What the command line said has no line in the file.
  const said = ({ path }: Finding) =>
    settings.find((_, place) => paths[place]?.every((key, depth) => String(key) === String(path[depth])) === true);
  const locate = (finding: Finding): Problem => {
    const setting = said(finding);
    if (setting === undefined) return inFile(finding);
    const rest = dotted(finding.path.slice(setting.name.split('.').length));
    return { path: `--set ${setting.name}${rest === '' ? '' : `: ${rest}`}`, message: finding.message };
  };
  const inFile = (finding: Finding): Problem => ({
    ...(data.place(finding.path) ?? place(finding.path, finding.onKey) ?? { file: shown }),
    path: dotted(finding.path),
    message: finding.message,
  });
  const idle: Problem[] =
    (draft.desk?.shifts?.length ?? 0) > 0 && settings.some(({ name }) => name === 'desk.people')
      ? [{ path: '--set desk.people', message: `${shiftsDecide}: set desk.shifts.0.people` }]
      : [];
  const findings = [...found, ...data.findings, ...checked.errors];
  const problems = [...sourceProblems, ...misread, ...misplaced, ...idle, ...findings.map(locate), ...data.problems];
  if (problems.length > 0 || !parsed.success) throw new UserError(ExitCode.usage, inOrder(problems, shown));
  return {
    scenario: { ...parsed.data, traffic: data.draft.traffic as Scenario['traffic'] },
    file,
    source,
    warnings: inOrder(checked.warnings.map(locate), shown),
    place: (path) => data.place(path) ?? place(path),
  };
}

interface Source {
  readonly source: LoadedScenario['source'];
  readonly value: unknown;
  readonly problems: readonly Problem[];
  readonly place: (path: Path, onKey?: boolean) => Place | undefined;
}

async function readSource(file: string, shown: string): Promise<Source> {
  const extension = extname(file).toLowerCase();
  const failed = (message: string): Source => {
    return { source: 'yaml', value: undefined, problems: [{ file: shown, message }], place: () => undefined };
  };
  if (!scenarioExtensions.some((known) => known === extension)) {
    return failed(`is not a scenario; its name ends in one of ${scenarioExtensions.join(', ')}`);
  }
  // Read even when it is a module: the sentence about a missing file is then the same for all.
  const read = await readTextFile(file, maxScenarioBytes);
  if ('failure' in read) return failed(read.failure);
  if (extension === '.yaml' || extension === '.yml' || extension === '.json') {
    return { source: extension === '.json' ? 'json' : 'yaml', ...readYaml(read.text, shown) };
  }
  const module = await readModule(file);
  const problems = module.problems.map((problem) => ({ ...problem, file: shownPath(problem.file ?? file) }));
  return { source: 'typescript', value: module.value, problems, place: () => undefined };
}

function readSettings(texts: readonly string[]): { settings: Setting[]; problems: Problem[] } {
  const parsed = texts.map(parseSetting);
  return {
    settings: parsed.filter((setting) => typeof setting !== 'string'),
    problems: parsed.filter((message) => typeof message === 'string').map((message) => ({ path: '--set', message })),
  };
}

function withOverrides(value: unknown, { seed, speed }: ScenarioOverrides): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  // `$schema` is for editors.
  const { $schema: _, ...input } = value as Record<string, unknown>;
  return { ...input, ...(seed === undefined ? {} : { seed }), ...(speed === undefined ? {} : { speed }) };
}

function checkOverrides(overrides: ScenarioOverrides): void {
  const problems = (['seed', 'speed'] as const).flatMap((key) => {
    const value = overrides[key];
    if (value === undefined) return [];
    const { error } = scenarioSchema.shape[key].safeParse(value);
    return error ? findingsOf(scenarioSchema, prefixed(error.issues, key), { [key]: value }) : [];
  });
  if (problems.length === 0) return;
  throw new UserError(
    ExitCode.usage,
    problems.map(({ path, message }) => ({ path: `--${dotted(path)}`, message })),
  );
}

function prefixed<Issue extends { path: PropertyKey[] }>(issues: readonly Issue[], key: string): Issue[] {
  return issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
}

/** By line in the scenario; then what has no line, then what is in other files. */
function inOrder(problems: readonly Problem[], file: string): Problem[] {
  const rank = (problem: Problem) => (problem.file === file ? 0 : 1);
  const line = (problem: Problem) => problem.line ?? Number.MAX_SAFE_INTEGER;
  return [...problems].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.file ?? '').localeCompare(b.file ?? '') ||
      line(a) - line(b) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
