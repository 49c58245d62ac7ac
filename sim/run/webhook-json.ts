/** JSON from strangers, within limits, and JSON pointers (RFC 6901) into it. Nothing here throws. */

/** Longer texts are not parsed. */
export const JSON_LIMIT_BYTES = 65_536;
/** Deeper ones neither: no platform's messages are. */
export const JSON_LIMIT_DEPTH = 64;

/** The value, or undefined where the text is no JSON, too long or too deep (JSON has no undefined of its own). */
export function readJson(text: string): unknown {
  if (text.length > JSON_LIMIT_BYTES || !isShallow(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Finds what a pointer points at; undefined where nothing stands. */
export type Lookup = (document: unknown) => unknown;

/** `/messages/0/text`; the empty pointer is the whole document. */
export function compilePointer(pointer: string): Lookup {
  const tokens = pointerTokens(pointer);
  return (document) => {
    let value = document;
    for (const token of tokens) {
      if (value === null || typeof value !== 'object') return undefined;
      if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
      if (!Object.hasOwn(value, token)) return undefined;
      value = (value as Record<string, unknown>)[token];
    }
    return value;
  };
}

/** The smallest document in which the pointer finds the value; list places are keys of maps, which it finds too. */
export function documentWith(pointer: string, value: unknown): unknown {
  return pointerTokens(pointer).reduceRight<unknown>((inner, token) => Object.fromEntries([[token, inner]]), value);
}

function pointerTokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Counts brackets outside strings; what is no JSON may count wrong, and is refused by the parser. */
function isShallow(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (isInString) {
      if (code === 0x5c) place++;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > JSON_LIMIT_DEPTH) return false;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return true;
}
