/** A user's mistakes: collected, never thrown one by one, and always with the place and what to write instead. */
import type { ExitCode } from './exit-code.js';

export interface Problem {
  /** What is wrong and what to write instead, one sentence. */
  readonly message: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Where in the document, as a dotted path: `traffic.0.total`. */
  readonly path?: string;
}

/** `file:line:column path — message`, as far as the parts are known: the form editors and CI turn into links. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const where = [place, problem.path].filter((part) => part !== undefined && part !== '').join(' ');
  return where === '' ? problem.message : `${where} — ${problem.message}`;
}

/** Ends a command with a message for the user and an exit code; no stack is shown. */
export class UserError extends Error {
  readonly exitCode: ExitCode;
  readonly problems: readonly Problem[];

  constructor(exitCode: ExitCode, problems: readonly Problem[] | string) {
    const list = typeof problems === 'string' ? [{ message: problems }] : problems;
    super(list.map(formatProblem).join('\n'));
    this.name = 'UserError';
    this.exitCode = exitCode;
    this.problems = list;
  }
}

/** For the `default` of an exhaustive switch: a value the types rule out is a bug of ours. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
