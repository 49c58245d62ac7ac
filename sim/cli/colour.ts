/** Whether to write colours: the flag, then NO_COLOR and FORCE_COLOR, then whether somebody is looking. */
import process from 'node:process';

export function hasColour(flag: boolean | undefined, stream: { readonly isTTY?: boolean } = process.stdout): boolean {
  if (flag !== undefined) return flag;
  if ((process.env.NO_COLOR ?? '') !== '') return false;
  if ((process.env.FORCE_COLOR ?? '') !== '') return process.env.FORCE_COLOR !== '0';
  return stream.isTTY === true;
}
