/**
 * A copy of a text that was cut out of another. V8 keeps all of a text alive, and lets the collector carry it about, for as
 * long as a piece of it is: what is to stay in memory is copied out first. 0.2 µs.
 */
export function ownText(text: string): string {
  // In every supported Node, but not in the ES2023 types: String.prototype.isWellFormed is ES2024.
  const isWritable = (text as string & { isWellFormed(): boolean }).isWellFormed();
  return isWritable ? Buffer.from(text).toString() : text;
}
