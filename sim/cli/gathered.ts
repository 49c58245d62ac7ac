/** Takes several things that may each be wrong, and tells of all that are at once. */
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';

export class Gathered {
  readonly #problems: Problem[] = [];

  /** undefined: it was wrong. */
  async take<T>(make: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof UserError) || error.exitCode !== ExitCode.usage) throw error;
      this.#problems.push(...error.problems);
      return undefined;
    }
  }

  /** Throws UserError (usage) with all of them. */
  refuse(): void {
    if (this.#problems.length > 0) throw new UserError(ExitCode.usage, this.#problems);
  }
}
