/** A scenario written as TypeScript or JavaScript: the module runs, and what it exports is the scenario. */
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../core/problem.js';

export interface ModuleSource {
  /** Undefined when the module could not be run or exports none. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Loads the module afresh each time: no cache may show a scenario as it was before it was edited. */
export async function readModule(file: string): Promise<ModuleSource> {
  // It brings a compiler along, which no other scenario needs.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false, interopDefault: false });
  try {
    const exported = await jiti.import<{ default?: unknown; scenario?: unknown } | undefined>(file);
    const value = exported?.default ?? exported?.scenario;
    if (value !== undefined) return { value, problems: [] };
    const message = 'exports no scenario; write `export default { … }` or `export const scenario = { … }`';
    return { value, problems: [{ file, message }] };
  } catch (error) {
    return { value: undefined, problems: [problemOf(error, file)] };
  }
}

function problemOf(error: unknown, file: string): Problem {
  if (!(error instanceof Error)) return { file, message: `threw ${JSON.stringify(error)}` };
  const [firstLine = ''] = error.message.split('\n');
  const syntax = /^ParseError: (.*?)\s*\n\s*(.+):(\d+):(\d+)/.exec(error.message);
  if (syntax) {
    // Babel counts columns from 0.
    return { file: syntax[2]!, line: Number(syntax[3]), column: Number(syntax[4]) + 1, message: syntax[1]! };
  }
  if ('requireStack' in error && Array.isArray(error.requireStack)) {
    return { file: String(error.requireStack[0] ?? file), message: firstLine };
  }
  return { file, ...thrownAt(error), message: `threw ${error.name}: ${firstLine}` };
}

/** The innermost stack frame of the user's own code: frames before jiti's, without Node's. */
function thrownAt(error: Error): Pick<Problem, 'file' | 'line' | 'column'> {
  for (const frame of (error.stack ?? '').split('\n')) {
    if (frame.includes('/jiti/dist/')) return {};
    const match = /^\s+at (?:.*\()?((?:file:\/\/)?[^()]+?):(\d+):(\d+)\)?$/.exec(frame);
    const path = match?.[1] ?? 'node:';
    if (!match || path.startsWith('node:')) continue;
    const file = path.startsWith('file:') ? fileURLToPath(path) : path.replace(/^async /, '');
    return { file, line: Number(match[2]), column: Number(match[3]) };
  }
  return {};
}
