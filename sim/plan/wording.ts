/** Wordings with variables in braces, compiled once: `我的订单{order}到哪了`. */
import { fanVariables } from '../scenario/variable.js';
import type { FanBook, FanVariable } from './fan-book.js';

/** Turns a wording into the text one fan writes. `messageSeed` is the plan's `seed` column. */
export type Wording = (book: FanBook, fan: number, messageSeed: number) => string;

/** Words in braces that are no variable stay as they are; the scenario's checks have refused them before. */
export function compileWording(text: string): Wording {
  const parts = text.split(/\{(\w+)\}/);
  if (parts.length === 1) return () => text;
  // split() with one group: even places are text, odd ones names in braces.
  const variables = parts.map((part, place) =>
    place % 2 === 1 ? fanVariables.find((name): name is FanVariable => name === part) : undefined,
  );
  return (book, fan, messageSeed) => {
    let written = '';
    for (let place = 0; place < parts.length; place++) {
      const variable = variables[place];
      if (variable !== undefined) written += book.variable(variable, fan, messageSeed);
      else written += place % 2 === 1 ? `{${parts[place]}}` : parts[place];
    }
    return written;
  };
}
