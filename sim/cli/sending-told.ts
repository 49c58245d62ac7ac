/** What `serve` tells its operator of texts that are not sent. */

import type { SendTrouble } from '../../server/http/send-trouble.js';

/** Says it at the first failure, whenever it is another, and when it is over. */
export class SendingTold {
  readonly #say: (line: string) => void;
  #isTold = false;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  tell(trouble: SendTrouble | undefined, waiting: number): void {
    // Over within the minute, and soon met again: lines without end. The console and /healthz have it.
    if (trouble?.code === 'minute-quota' || (trouble === undefined && !this.#isTold)) return;
    this.#isTold = trouble !== undefined;
    this.#say(sendingTold(trouble?.why, waiting));
  }
}

/** `why`: no text can be sent; undefined: they can again. `waiting`: how many there are. */
export function sendingTold(why: string | undefined, waiting: number): string {
  const texts = waiting === 1 ? '1 text waits' : `${waiting} texts wait`;
  if (why === undefined) return `texts are sent again; ${texts}`;
  return waiting === 0 ? why : `${why}; ${texts}`;
}

/** What stopping left. `abandoned`: messages, and if there is a platform to send to, the unsent texts too. */
export function leftLines(abandoned: number, unsent: number, isCounted: boolean): string[] {
  const unanswered = abandoned - (isCounted ? unsent : 0);
  const lines: string[] = [];
  if (unanswered > 0)
    lines.push(unanswered === 1 ? '1 message was not answered' : `${unanswered} messages were not answered`);
  if (unsent > 0) lines.push(unsent === 1 ? '1 text was not sent' : `${unsent} texts were not sent`);
  return lines;
}
