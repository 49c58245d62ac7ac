/** A hook under way: whatever it is, it ends once, and can be ended. */

export interface HookOutcome {
  readonly ok: boolean;
  /** `exit 0`, `signal SIGTERM`, `status 204`, `timeout`, `interrupted`, `failed: ENOENT`. */
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

/** `failed: ECONNREFUSED`: the code says it all; messages may hold what was secret in an address. */
export function failed(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return `failed: ${typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown'}`;
}
