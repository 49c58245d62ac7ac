/**
 * Names in braces that texts are filled in by. What looks like one and is none goes out to fans as it stands, so it is
 * refused where the text is written. Braces around anything but one word or number are the author's own.
 */
import { didYouMean } from '../../core/did-you-mean.js';

const placeholder = /\{([A-Za-z_]\w*|\d+)\}/g;

/** All names that stand in braces, each once. */
export function placeholdersIn(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].map((match) => match[1]!))];
}

/** What is wrong with the text, for each name that is not among the known: a sentence. */
export function unknownPlaceholders(text: string, known: readonly string[]): string[] {
  const there = known.length === 0 ? 'nothing is filled in here' : `filled in are ${shown(known)}`;
  return placeholdersIn(text)
    .filter((name) => !known.includes(name))
    .map((name) => `{${name}} would go out as it stands; ${there}${didYouMean(name, known)}`)
    .map((sentence) => (sentence.endsWith('?') ? sentence : `${sentence}.`));
}

/** `{content}, {openid}, {1} to {9}` */
function shown(known: readonly string[]): string {
  const groups = known.filter((name) => /^\d$/.test(name));
  const words = known.filter((name) => !groups.includes(name)).map((name) => `{${name}}`);
  return [...words, ...(groups.length === 0 ? [] : [`{${groups[0]}} to {${groups.at(-1)}}`])].join(', ');
}
