/** Texts of games and look-ups: `{number}`, `{place}`… are filled in; names that are none of a text's are refused. */
import { z } from 'zod';
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';
import { unknownPlaceholders } from './placeholders.js';
import { clipBytes } from './reply-text.js';

type Values = Readonly<Record<string, string | number>>;
export type PlaceText = (values: Values) => string;

/** As a setting. `places`: the names that may stand in it. */
export function placeText(meaning: string, fallback: string, places: readonly string[] = []) {
  const may = places.length === 0 ? '' : ` May hold ${places.map((place) => `\`{${place}}\``).join(', ')}.`;
  return z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= TEXT_LIMIT_BYTES, `longer than ${TEXT_LIMIT_BYTES} bytes: not shown`)
    .superRefine((text, context) => {
      for (const message of unknownPlaceholders(text, places)) context.addIssue({ code: 'custom', message });
    })
    .prefault(fallback)
    .describe(`${meaning}${may}`);
}

/** A function that fills the places in, clipped to what the platform shows. */
export function compilePlaces(text: string): PlaceText {
  // Splitting by a pattern with one group: text and names take turns.
  const parts = text.split(/\{([a-z]+)\}/);
  if (parts.length === 1) return () => text;
  return (values) => {
    let filled = parts[0]!;
    for (let index = 1; index < parts.length; index += 2) {
      const name = parts[index]!;
      filled += (Object.hasOwn(values, name) ? values[name] : `{${name}}`) + parts[index + 1]!;
    }
    return clipBytes(filled, TEXT_LIMIT_BYTES);
  };
}

/** Every text of a map compiled. */
export function compileAll<Name extends string>(texts: Readonly<Record<Name, string>>): Record<Name, PlaceText> {
  const entries = Object.entries<string>(texts).map(([name, text]) => [name, compilePlaces(text)] as const);
  return Object.fromEntries(entries) as Record<Name, PlaceText>;
}
