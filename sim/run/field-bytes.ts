/** Fields of an HTTP head as bytes in a buffer: which bytes may stand in them, and what they say. */

const tab = 9;
const space = 32;
const colon = 58;
const del = 127;
const [isNameByte, isValueByte] = [new Uint8Array(256), new Uint8Array(256)];
for (let byte = 0; byte < 256; byte++) {
  if (/[!#$%&'*+.^_`|~\w-]/.test(String.fromCharCode(byte)) && byte < 128) isNameByte[byte] = 1;
  if (byte === tab || (byte >= space && byte !== del)) isValueByte[byte] = 1;
}

/** Where the colon after a field's name stands; -1: there is no name, or no colon right behind it. */
export function nameEnd(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isNameByte[bytes[at]!] === 1) at++;
  return at > from && at < to && bytes[at] === colon ? at : -1;
}

export function isValue(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isValueByte[bytes[at]!] === 0) return false;
  return true;
}

/** What stands between the colon at `end` and the end of the line, without the blanks around it. */
export function fieldValue(bytes: Buffer, end: number, to: number): string {
  return bytes.toString('latin1', end + 1, to).replace(/^[ \t]+|[ \t]+$/g, '');
}

/** NaN where there is anything but digits. */
export function decimal(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** -1: none. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
