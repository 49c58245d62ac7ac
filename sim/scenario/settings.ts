/** `--set server.workers=8`: single values of a scenario, put in the place of what its file says. */
import { parse } from 'yaml';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import type { Path } from './finding.js';

export interface Setting {
  readonly path: Path;
  readonly value: unknown;
}

/** Values are written as in a YAML file: `8`, `5s`, `fifo`, `[0s, 1m]`. Throws UserError (usage) with all problems. */
export function parseSettings(texts: readonly string[]): Setting[] {
  const problems: Problem[] = [];
  const settings = texts.flatMap((text): Setting[] => {
    const [, path, written] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (path === undefined || written === undefined) {
      problems.push({ message: `--set ${JSON.stringify(text)} is not a setting like server.workers=8` });
      return [];
    }
    const parts = path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part.trim()));
    if (parts.some((part) => part === '' || part === '__proto__')) {
      problems.push({
        message: `--set ${JSON.stringify(text)}: ${JSON.stringify(path)} is no path like server.workers`,
      });
      return [];
    }
    try {
      return [{ path: parts, value: parse(written) as unknown }];
    } catch {
      problems.push({
        message: `--set ${path}: ${JSON.stringify(written)} cannot be read; write it as in the scenario`,
      });
      return [];
    }
  });
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
  return settings;
}

/** The document with the values in place; `document` is not changed. */
export function withSettings(document: unknown, settings: readonly Setting[]): unknown {
  return settings.reduce((changed, { path, value }) => put(changed, path, value), document);
}

/** Whether what stands at `path` comes from a setting. */
export function isSetBy(settings: readonly Setting[], path: Path): boolean {
  return settings.some((setting) => setting.path.every((part, place) => path[place] === part));
}

/** What is not there yet is made; what is no map or list gives way. */
function put(around: unknown, [part, ...rest]: Path, value: unknown): unknown {
  if (part === undefined) return value;
  const isList = Array.isArray(around);
  const inner = around !== null && typeof around === 'object' ? (around as Record<string, unknown>)[part] : undefined;
  const changed = put(inner, rest, value);
  if (isList && typeof part === 'number') return Object.assign([...around], { [part]: changed });
  return { ...(isList || typeof around !== 'object' ? {} : around), [part]: changed };
}
