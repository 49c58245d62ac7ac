/**
 * Large columns lie outside V8's heap, and letting go of them hardly brings a collection about: they would stay until
 * long after. Node has no other way to ask for one but the flag, which may be set at any time.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Takes some 50 ms for a heap of 50 MB: only where as much as that has just been let go. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
}
