/**
 * How text is cut for search. A text is a row of runs: words (letters and digits of one alphabet) and stretches of
 * characters that need no spaces between words (Chinese, Japanese, Korean; emoji too). Everything else parts runs.
 *
 * For the full-text index a stretch 花开了 becomes the tokens `花 花开 开 开了 了`: every character and every pair, in
 * order. So one character is found, a pair is found by one look-up, and longer words are runs of tokens; and pairs on two
 * sides of a comma never look like one word, because the character between them is missing.
 */

interface Run {
  readonly text: string;
  /** Matched by part; a word only as a whole. */
  readonly isStretch: boolean;
}

const STRETCH =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Bopomofo}\\p{Extended_Pictographic}ー';
const runPattern = new RegExp(
  `(?<stretch>[${STRETCH}]+)|(?:(?![${STRETCH}])[\\p{L}\\p{N}])(?:(?![${STRETCH}])[\\p{L}\\p{N}\\p{M}])*`,
  'gu',
);
/** Longer words are cut: nobody types them, and an index should not hold them. */
const MAX_WORD = 64;
/** Quoted phrases, or what stands between spaces. */
const partPattern = /"([^"]*)"?|[^\s"]+/gu;
const MAX_PARTS = 16;
const MAX_QUERY = 500;

function compared(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (const match of compared(text).matchAll(runPattern)) {
    const isStretch = match.groups!.stretch !== undefined;
    runs.push({
      text: isStretch || match[0].length <= MAX_WORD ? match[0] : [...match[0]].slice(0, MAX_WORD).join(''),
      isStretch,
    });
  }
  return runs;
}

/** Tokens with a space between, for the index. */
export function indexText(text: string): string {
  return runsOf(text).flatMap(tokensOf).join(' ');
}

/** What was asked for: all phrases must be there. */
export type Phrases = readonly (readonly Run[])[];

export function phrasesOf(query: string): Phrases {
  return [...query.slice(0, MAX_QUERY).matchAll(partPattern)]
    .slice(0, MAX_PARTS)
    .map(([part, quoted]) => runsOf(quoted ?? part))
    .filter((runs) => runs.length > 0);
}

/** The same question for FTS5. */
export function matchExpression(phrases: Phrases): string {
  return phrases.map((runs) => `"${phraseTokens(runs).join(' ')}"`).join(' AND ');
}

/** Whether all phrases stand in one of the fields each: what the index must agree with. */
export function hasPhrases(fields: readonly string[], phrases: Phrases): boolean {
  // Most have not even the letters: a tenth of the cost of cutting them.
  const letters = compared(fields.join(' '));
  if (phrases.some((phrase) => phrase.some(({ text }) => !letters.includes(text)))) return false;
  const cut = fields.map(runsOf);
  return phrases.length > 0 && phrases.every((phrase) => cut.some((runs) => hasPhrase(runs, phrase)));
}

function hasPhrase(runs: readonly Run[], phrase: readonly Run[]): boolean {
  const last = phrase.length - 1;
  return runs.some((_, start) =>
    phrase.every((wanted, at) => {
      const run = runs[start + at];
      if (run === undefined || run.isStretch !== wanted.isStretch) return false;
      if (!wanted.isStretch || (at > 0 && at < last)) return run.text === wanted.text;
      if (last === 0) return run.text.includes(wanted.text);
      return at === 0 ? run.text.endsWith(wanted.text) : run.text.startsWith(wanted.text);
    }),
  );
}

function tokensOf({ text, isStretch }: Run): string[] {
  if (!isStretch) return [text];
  const characters = [...text];
  return characters.flatMap((character, at) => {
    const following = characters[at + 1];
    return following === undefined ? [character] : [character, character + following];
  });
}

/** A stretch alone needs no characters at its ends: the pairs say as much, and there are fewer of each. */
function phraseTokens(runs: readonly Run[]): string[] {
  const tokens = runs.flatMap(tokensOf);
  return runs.length === 1 && tokens.length >= 3 ? tokens.slice(1, -1) : tokens;
}
