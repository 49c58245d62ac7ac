import { expect, it } from 'vitest';
import { leftLines, SendingTold, sendingTold } from './sending-told.js';

it('says that nothing can be sent, how many wait, and that it goes on', () => {
  const why = "the platform's API cannot be reached: ECONNREFUSED";
  expect([sendingTold(why, 0), sendingTold(why, 1), sendingTold(why, 2), sendingTold(undefined, 1)]).toEqual([
    why,
    `${why}; 1 text waits`,
    `${why}; 2 texts wait`,
    'texts are sent again; 1 text waits',
  ]);
});

it('says each trouble once, its end once, and of the quota of a minute nothing', () => {
  const lines: string[] = [];
  const told = new SendingTold((line) => lines.push(line));
  told.tell(undefined, 0);
  told.tell({ code: 'minute-quota', why: 'too many calls' }, 3);
  told.tell(undefined, 0);
  told.tell({ code: 'unreachable', why: 'down' }, 1);
  told.tell({ code: 'no-token', why: 'no token' }, 1);
  told.tell(undefined, 1);
  expect(lines).toEqual(['down; 1 text waits', 'no token; 1 text waits', 'texts are sent again; 1 text waits']);
});

it('tells unanswered messages from unsent texts when it stops', () => {
  expect(leftLines(0, 0, true)).toEqual([]);
  expect(leftLines(1, 1, true)).toEqual(['1 text was not sent']);
  expect(leftLines(3, 2, true)).toEqual(['1 message was not answered', '2 texts were not sent']);
  expect(leftLines(2, 1, false)).toEqual(['2 messages were not answered', '1 text was not sent']);
});
