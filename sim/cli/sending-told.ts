/** What `serve` tells its operator of texts that are not sent. */

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
