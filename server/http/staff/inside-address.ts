/** Which addresses are this machine's, or of a private network: fans' words go nowhere else unless somebody says so. */
import { addressKind } from '../../../core/address-kind.js';

/** Not link-local: there clouds keep their secrets. */
export function isInside(address: string): boolean {
  const kind = addressKind(address);
  return kind === 'loopback' || kind === 'private';
}
