/** The tiny tree a body is read into, and how a message's fields are asked for: by name, once, with the reason if not. */

export interface XmlElement {
  readonly name: string;
  /** Character data and CDATA in order; empty if the element has children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** The same while a reader still fills it. */
export interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: OpenElement[];
}

/** Well-formed XML that is no message: names the field and what is wrong with it. */
export class WireError extends Error {
  /** As on the wire: `FromUserName`. */
  readonly field: string;

  constructor(field: string, problem: string) {
    super(`${field} ${problem}`);
    this.name = 'WireError';
    this.field = field;
  }
}

/** The child of that name, if any. Two of one name are refused: platforms and libraries disagree about which counts. */
export function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  let found: XmlElement | undefined;
  for (const child of parent.children) {
    if (child.name !== name) continue;
    if (found !== undefined) throw new WireError(name, 'appears twice');
    found = child;
  }
  return found;
}

export function requiredChild(parent: XmlElement, name: string): XmlElement {
  const child = childOf(parent, name);
  if (child === undefined) throw new WireError(name, 'is missing');
  return child;
}

/** The field's text exactly as sent, or undefined if the field is absent. */
export function optionalText(parent: XmlElement, name: string): string | undefined {
  const child = childOf(parent, name);
  if (child === undefined) return undefined;
  if (child.children.length > 0) throw new WireError(name, 'holds elements where text was expected');
  return child.text;
}

/** The field's text exactly as sent; may be empty. */
export function requiredText(parent: XmlElement, name: string): string {
  const text = optionalText(parent, name);
  if (text === undefined) throw new WireError(name, 'is missing');
  return text;
}

export function nonEmptyText(parent: XmlElement, name: string): string {
  const text = requiredText(parent, name);
  if (text === '') throw new WireError(name, 'is empty');
  return text;
}

/** A name such as MsgType, without the white space a pretty-printer puts around it. */
export function requiredToken(parent: XmlElement, name: string): string {
  return nonEmptyText(parent, name).trim();
}

/** A 64-bit id: decimal digits, kept as text. */
export function requiredDigits(parent: XmlElement, name: string): string {
  const text = requiredToken(parent, name);
  if (!/^\d{1,20}$/.test(text)) throw notANumber(name, text, 'decimal digits');
  return text;
}

/** A whole number from 0 to 2^53 - 1. */
export function requiredInteger(parent: XmlElement, name: string): number {
  const text = requiredToken(parent, name);
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw notANumber(name, text, 'a whole number');
  return value;
}

/** A finite decimal number. */
export function requiredDecimal(parent: XmlElement, name: string): number {
  const text = requiredToken(parent, name);
  const value = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw notANumber(name, text, 'a number');
  return value;
}

function notANumber(name: string, text: string, wanted: string): WireError {
  return new WireError(name, `is ${quote(text)}, not ${wanted}`);
}

/** A value of the other side's as it may stand in a message: quoted, without control characters, and short. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
