/** The body of a webhook: the scenario's template, compiled once to pieces of JSON text with the variables between. */
import type { BodyTemplate, Json } from '../scenario/channel.js';
import { type BodyVariable, bodyVariables, textParts } from '../scenario/variable.js';

/** What a variable stands for in one message. */
type Fill = (name: BodyVariable) => string;

/** Writes one body; always valid JSON, whatever the values hold. */
export type BodyWriter = (fill: Fill) => string;

type Piece = string | BodyWriter;

/** Unknown variables stay as they are; the scenario's checks have refused them before. */
export function compileBody(template: BodyTemplate): BodyWriter {
  const pieces: Piece[] = [];
  const put = (piece: Piece) => {
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  };
  compileValue(template, put);
  return (fill) => {
    let json = '';
    for (const piece of pieces) json += typeof piece === 'string' ? piece : piece(fill);
    return json;
  };
}

function compileValue(value: Json, put: (piece: Piece) => void): void {
  if (typeof value === 'string') return put(compileText(value));
  if (value === null || typeof value !== 'object') return put(JSON.stringify(value));
  const isList = Array.isArray(value);
  put(isList ? '[' : '{');
  const entries = Object.entries(value);
  entries.forEach(([key, inner], index) => {
    put(`${index === 0 ? '' : ','}${isList ? '' : `${JSON.stringify(key)}:`}`);
    compileValue(inner, put);
  });
  put(isList ? ']' : '}');
}

function compileText(text: string): Piece {
  const parts = textParts(text);
  const known = (name: string) => bodyVariables.find((variable) => variable === name);
  if (!parts.some(({ variable }) => variable && known(variable.name))) return JSON.stringify(text);
  const [only] = parts;
  if (parts.length === 1 && only?.variable?.asNumber) {
    const name = known(only.variable.name)!;
    return (fill) => String(Number(fill(name)));
  }
  const steps = parts.map(({ text: written, variable }) => {
    const name = variable && known(variable.name);
    return { written, name };
  });
  return (fill) => {
    let filled = '';
    for (const { written, name } of steps) filled += name === undefined ? written : fill(name);
    return JSON.stringify(filled);
  };
}
