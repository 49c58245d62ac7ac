/**
 * Reads one HTTP/1.1 response at a time from bytes as they come, split anywhere (RFC 9112). It is strict: what a
 * careful client would have to guess at is malformed. Nothing is sent ahead, so bytes after a response are nobody's.
 */

import { decimal, fieldValue, hexDigit, isValue, nameEnd } from './field-bytes.js';
import { bodyTooLarge, HEAD_LIMIT_BYTES, why } from './response-refusal.js';

type Place =
  | 'status'
  | 'fields'
  | 'body'
  | 'untilClose'
  | 'chunkSize'
  | 'chunk'
  | 'chunkEnd'
  | 'trailers'
  | 'whole'
  | 'malformed';

const lf = 10;
const cr = 13;
const space = 32;
const semicolon = 59;
const statusStart = Buffer.from('HTTP/1.');

export class ResponseParser {
  /** Known as soon as its line has been read; 0: it has not, or was that of an interim response. */
  status = 0;
  /** Why the response is malformed. */
  refusal = '';
  /** Of the response that is whole, as are all below. */
  body = '';
  /** Whether the connection may carry another request. */
  isReusable = false;
  /** For how long the target keeps an idle connection, if it says so (`Keep-Alive: timeout=…`), seconds. */
  keepAliveS: number | undefined;
  readonly #bodyLimitBytes: number;
  #place: Place = 'status';
  #headBytes = 0;
  /** The beginning of a line whose end has not come. */
  #carried: Buffer | undefined;
  #isVersion10 = false;
  #isInterim = false;
  #contentLength: number | undefined;
  #coding: string | undefined;
  #connection = '';
  /** Bytes of the body, or of the chunk, still to come. */
  #missing = 0;
  #parts: Buffer[] = [];
  #bodyBytes = 0;

  constructor(bodyLimitBytes: number) {
    this.#bodyLimitBytes = bodyLimitBytes;
  }

  get isWhole(): boolean {
    return this.#place === 'whole';
  }

  /** For the reason that `refusal` says; no more of it is read. */
  get isMalformed(): boolean {
    return this.#place === 'malformed';
  }

  /** Makes ready for the next response. */
  reset(): void {
    this.#place = 'status';
    this.status = 0;
    this.#headBytes = 0;
    this.#carried = undefined;
    this.#bodyBytes = 0;
    if (this.#parts.length > 0) this.#parts = [];
    this.body = '';
    this.#forgetFields();
  }

  /** Reads the first `length` of `bytes`, which it does not keep; returns how many belong to the response. */
  feed(bytes: Buffer, length: number): number {
    let at = 0;
    for (;;) {
      switch (this.#place) {
        case 'whole':
        case 'malformed':
          return at;
        case 'body':
        case 'chunk':
        case 'untilClose':
          if (at === length) return at;
          at += this.#takeBody(bytes, at, length);
          break;
        default: {
          if (at === length) return at;
          let end = at;
          while (end < length && bytes[end] !== lf) end++;
          if (end === length) {
            this.#carry(bytes, at, length);
            return length;
          }
          this.#takeLine(bytes, at, end);
          at = end + 1;
        }
      }
    }
  }

  /** The target has closed its side: the end of some bodies. Whether the response is whole now. */
  finish(): boolean {
    if (this.#place === 'untilClose') this.#complete();
    return this.isWhole;
  }

  #forgetFields(): void {
    this.#contentLength = undefined;
    this.#coding = undefined;
    this.#connection = '';
    this.keepAliveS = undefined;
  }

  #carry(bytes: Buffer, from: number, to: number): void {
    const rest = bytes.subarray(from, to);
    this.#carried = this.#carried === undefined ? Buffer.from(rest) : Buffer.concat([this.#carried, rest]);
    const { length } = this.#carried;
    const isBegun = statusStart.compare(this.#carried, 0, Math.min(length, 7), 0, Math.min(length, 7)) === 0;
    if (this.#place === 'status' && !isBegun) this.#refuse(why.status);
    else if (this.#headBytes + length > HEAD_LIMIT_BYTES) this.#refuse(why.head);
  }

  /** `end` is where the line feed stands. */
  #takeLine(bytes: Buffer, at: number, end: number): void {
    if (this.#carried !== undefined) {
      const line = Buffer.concat([this.#carried, bytes.subarray(at, end)]);
      this.#carried = undefined;
      return this.#readLine(line, 0, line.length);
    }
    this.#readLine(bytes, at, end);
  }

  #readLine(bytes: Buffer, from: number, end: number): void {
    const to = end - 1;
    if (to < from || bytes[to] !== cr) return this.#refuse(this.#place === 'status' ? why.status : why.lineEnd);
    switch (this.#place) {
      case 'status':
        this.#countHead(end - from);
        return this.#readStatus(bytes, from, to);
      case 'fields':
        this.#countHead(end - from);
        return to === from ? this.#endHead() : this.#readField(bytes, from, to);
      case 'trailers':
        this.#countHead(end - from);
        if (to === from) return this.#complete();
        if (nameEnd(bytes, from, to) < 0 || !isValue(bytes, from, to)) this.#refuse(why.field);
        return;
      case 'chunkSize':
        return this.#readChunkSize(bytes, from, to);
      default:
        if (to !== from) return this.#refuse(why.chunk);
        this.#place = 'chunkSize';
    }
  }

  #countHead(lineBytes: number): void {
    this.#headBytes += lineBytes + 1;
  }

  #readStatus(bytes: Buffer, from: number, to: number): void {
    const isBegun = to - from >= 12 && bytes.compare(statusStart, 0, 7, from, from + 7) === 0;
    const minor = bytes[from + 7]! - 48;
    const status = decimal(bytes, from + 9, from + 12);
    const isEnded = to === from + 12 || bytes[from + 12] === space;
    if (!isBegun || (minor !== 0 && minor !== 1) || bytes[from + 8] !== space || !(status >= 100) || !isEnded) {
      return this.#refuse(why.status);
    }
    if (!isValue(bytes, from + 12, to)) return this.#refuse(why.status);
    this.#isVersion10 = minor === 0;
    this.#isInterim = status < 200 && status !== 101;
    this.status = this.#isInterim ? 0 : status;
    this.#place = 'fields';
  }

  #readField(bytes: Buffer, from: number, to: number): void {
    const end = nameEnd(bytes, from, to);
    if (this.#headBytes > HEAD_LIMIT_BYTES) return this.#refuse(why.head);
    if (end < 0 || !isValue(bytes, end, to)) return this.#refuse(why.field);
    const length = end - from;
    // Only names of these lengths matter.
    if (length !== 10 && length !== 14 && length !== 17) return;
    const name = bytes.toString('latin1', from, end).toLowerCase();
    switch (name) {
      case 'content-length': {
        const text = fieldValue(bytes, end, to);
        // Twice is once too often, even where both say the same.
        if (this.#contentLength !== undefined) return this.#refuse(why.twoLengths);
        if (!/^\d+$/.test(text)) return this.#refuse(why.length);
        this.#contentLength = Number(text);
        return;
      }
      case 'transfer-encoding':
        this.#coding = `${this.#coding === undefined ? '' : `${this.#coding},`}${fieldValue(bytes, end, to)}`;
        return;
      case 'connection':
        this.#connection += `,${fieldValue(bytes, end, to).toLowerCase()}`;
        return;
      case 'keep-alive': {
        const seconds = /timeout=(\d+)/.exec(fieldValue(bytes, end, to))?.[1];
        if (seconds !== undefined) this.keepAliveS = Number(seconds);
      }
    }
  }

  #endHead(): void {
    // What was not asked for cannot be switched to; any other interim response says nothing.
    if (this.status === 101) return this.#refuse(why.switch);
    if (this.#isInterim) {
      if (this.#headBytes > HEAD_LIMIT_BYTES) return this.#refuse(why.head);
      this.#forgetFields();
      this.#place = 'status';
      return;
    }
    const length = this.#contentLength;
    if (length !== undefined && this.#coding !== undefined) return this.#refuse(why.lengthAndCoding);
    this.isReusable = this.#wantsKept();
    if (this.status === 204 || this.status === 304) return this.#complete();
    if (this.#coding !== undefined && /(^|,)[ \t]*chunked[ \t]*$/i.test(this.#coding)) {
      this.#place = 'chunkSize';
    } else if (length !== undefined) {
      if (length === 0) return this.#complete();
      if (length > this.#bodyLimitBytes) return this.#refuseBody();
      this.#missing = length;
      this.#place = 'body';
    } else {
      this.isReusable = false;
      this.#place = 'untilClose';
    }
  }

  #wantsKept(): boolean {
    if (this.#connection === '') return !this.#isVersion10;
    const options = this.#connection.split(',').map((option) => option.trim());
    return !options.includes('close') && (!this.#isVersion10 || options.includes('keep-alive'));
  }

  #readChunkSize(bytes: Buffer, from: number, to: number): void {
    let size = 0;
    let at = from;
    for (; at < to; at++) {
      const digit = hexDigit(bytes[at]!);
      if (digit < 0) break;
      size = size * 16 + digit;
      if (this.#bodyBytes + size > this.#bodyLimitBytes) return this.#refuseBody();
    }
    const isEnded = at === to || (bytes[at] === semicolon && isValue(bytes, at, to));
    if (at === from || !isEnded) return this.#refuse(why.chunk);
    this.#missing = size;
    this.#place = size === 0 ? 'trailers' : 'chunk';
  }

  /** Returns how many bytes it took. */
  #takeBody(bytes: Buffer, at: number, length: number): number {
    const isCounted = this.#place !== 'untilClose';
    const taken = isCounted ? Math.min(length - at, this.#missing) : length - at;
    this.#bodyBytes += taken;
    if (this.#bodyBytes > this.#bodyLimitBytes) {
      this.#refuseBody();
      return taken;
    }
    if (this.#place === 'body' && taken === this.#missing && this.#parts.length === 0) {
      this.body = bytes.toString('utf8', at, at + taken);
      this.#place = 'whole';
      return taken;
    }
    this.#parts.push(Buffer.from(bytes.subarray(at, at + taken)));
    if (isCounted) {
      this.#missing -= taken;
      if (this.#missing === 0) {
        if (this.#place === 'chunk') this.#place = 'chunkEnd';
        else this.#complete();
      }
    }
    return taken;
  }

  #complete(): void {
    if (this.#parts.length > 0) this.body = Buffer.concat(this.#parts).toString();
    if (this.#headBytes > HEAD_LIMIT_BYTES) this.#refuse(why.head);
    else this.#place = 'whole';
  }

  #refuseBody(): void {
    this.#refuse(bodyTooLarge(this.#bodyLimitBytes));
  }

  #refuse(refusal: string): void {
    this.refusal = refusal;
    this.#place = 'malformed';
    this.#carried = undefined;
  }
}
