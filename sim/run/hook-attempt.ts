/** A hook under way: whatever it is, it ends once, and can be ended. */
import { connectionProblem } from './connection-problem.js';

export interface HookOutcome {
  readonly ok: boolean;
  /** `exit 0`, `signal SIGTERM`, `status 204`, `timeout`, `interrupted`, `failed: there is no such command`. */
  readonly exit: string;
  /** At most 4 KiB. */
  readonly output: string;
}

export interface HookAttempt {
  /** Never rejects. */
  readonly finished: Promise<HookOutcome>;
  /** Ends it at once, with all it has started; gives what it has said so far. */
  kill(): string;
}

/** `failed: nothing listens there (connection refused)`: from the code, for messages may hold what was secret in an address. */
export function failed(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const words = commandProblem(code) ?? connectionProblem(code);
  return `failed: ${words ?? code ?? (error instanceof Error ? error.name : 'unknown')}`;
}

function commandProblem(code: string | undefined): string | undefined {
  switch (code) {
    case 'ENOENT':
      return 'there is no such command';
    case 'EACCES':
      return 'the file may not be run';
    case 'E2BIG':
      return 'its arguments are too long';
    case 'ERR_INVALID_ARG_VALUE':
      return 'an argument holds a NUL character';
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
      return 'this machine allows no more processes or files';
    default:
      return undefined;
  }
}
