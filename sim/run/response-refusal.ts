/** Why a response is not read on: what a report says of a malformed one. */
import { formatCount } from '../../core/units.js';

/** Status line, fields and trailers of one response together, interim responses included. */
export const HEAD_LIMIT_BYTES = 16_384;

export const why = {
  status: 'it does not begin with a status line of HTTP/1',
  lineEnd: 'one of its lines does not end in CR LF',
  field: 'one of the lines of its head is no header field',
  head: `its head is larger than ${formatCount(HEAD_LIMIT_BYTES)} bytes`,
  length: 'its Content-Length is no number',
  twoLengths: 'it has Content-Length twice',
  lengthAndCoding: 'it has both Content-Length and Transfer-Encoding',
  chunk: 'its chunks are framed wrongly',
  switch: 'it switches to another protocol, which nobody asked for',
} as const;

export function bodyTooLarge(limitBytes: number): string {
  return `its body is larger than ${formatCount(limitBytes)} bytes`;
}
