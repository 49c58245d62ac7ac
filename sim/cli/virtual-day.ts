import type { Problem } from '../../core/problem.js';
import type { Summary } from '../report/document.js';

/** What was simulated tells nothing of a real server: refused by what learns from runs. */
export function virtualDay(folder: string, kind: Summary['kind'], why: string): Problem[] {
  return kind === 'run' ? [] : [{ file: folder, message: `is a day in virtual time: ${why}` }];
}
