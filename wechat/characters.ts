/** Which characters XML 1.0 carries (production 2, Char), decided on the hot path: one scan where nothing is unusual. */

// Both sets also name CR, which a reader turns into LF; the first also every surrogate, paired or not.
const unusual = /[^\t\n\x20-\uD7FF\uE000-\uFFFD]/;
const unusualButSurrogates = /[^\t\n\x20-\uFFFD]/;
const illegal = /[^\t\n\r\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Whether a reader gives back exactly this text: legal characters only and no CR. */
export function isVerbatim(text: string): boolean {
  return !unusual.test(text) || (!unusualButSurrogates.test(text) && hasPairedSurrogates(text));
}

/** Whether every surrogate stands in a pair. */
export function hasPairedSurrogates(text: string): boolean {
  // In every supported Node, but not in the ES2023 types: String.prototype.isWellFormed is ES2024.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

/** The text without the characters XML 1.0 cannot express at all, not even as a reference. */
export function dropIllegal(text: string): string {
  return text.replace(illegal, '');
}
