/** Takes several things that may each be wrong, and tells of all that are at once. */
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { type SoundNumbers, soundNumbers } from './flag-values.js';

export class Gathered {
  readonly #problems: Problem[] = [];

  /** The flags without those that should be numbers and are none. */
  numbers<Flags extends object>(given: Flags): SoundNumbers<Flags> {
    const { flags, problems } = soundNumbers(given);
    this.#problems.push(...problems);
    return flags;
  }

  add(problems: readonly Problem[]): void {
    this.#problems.push(...problems);
  }

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

  /** What was taken, all of it there. Throws UserError (usage) with all that was wrong. */
  complete<Taken extends object>(taken: Taken): { readonly [Name in keyof Taken]: NonNullable<Taken[Name]> } {
    if (this.#problems.length > 0) throw new UserError(ExitCode.usage, this.#problems);
    for (const [name, value] of Object.entries(taken)) {
      if (value === undefined) throw new Error(`nothing is wrong, and yet there is no ${name}`);
    }
    return taken as { readonly [Name in keyof Taken]: NonNullable<Taken[Name]> };
  }
}
