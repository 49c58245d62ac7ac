/** What must hold at every moment of a simulation. A breach is a bug of ours, and says how to see it again. */
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';

/** Ends the command with exit code 70. */
export class InvariantError extends UserError {
  constructor(what: string, replay: string) {
    super(ExitCode.ledgerOpen, `${what}, a bug of ours; this shows it again: ${replay}`);
    this.name = 'InvariantError';
  }
}
