/** The one form in which words of rules and messages are compared. */

/** Without spaces around it (ideographic ones too) and in small letters. */
export function normalized(text: string): string {
  return text.trim().toLowerCase();
}
