/** What a hook says, for the report: at most 4 KiB, and nothing that moves a terminal's cursor. */

export const OUTPUT_MAX_BYTES = 4_096;

/** The last bytes of a stream without end: a command tells at the end what went wrong. */
export class TailBuffer {
  #bytes = Buffer.alloc(0);

  add(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes.subarray(-OUTPUT_MAX_BYTES)]).subarray(-OUTPUT_MAX_BYTES);
  }

  get text(): string {
    return outputText(this.#bytes);
  }
}

/** UTF-8, with characters cut at either end and control characters taken away. */
export function outputText(bytes: Buffer): string {
  return bytes
    .toString()
    .replace(/^\uFFFD{1,3}|\uFFFD$/g, '')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
