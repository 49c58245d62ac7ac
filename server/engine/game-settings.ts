/** The games of an account as settings: a prize quiz, a lottery, a queue for the right to buy. */
import { z } from 'zod';
import { patternFault } from './pattern.js';
import { placeText } from './place-text.js';
import type { Quantities } from './quantity.js';

/** Prizes and rights of one game. */
const ISSUE_LIMIT = 1_000_000;

const name = (fallback: string) =>
  z.string().min(1).max(60).prefault(fallback).describe('Kept with every prize; a new name is a new game.');

const replyPattern = z
  .string()
  .min(1)
  .superRefine((source, context) => {
    const fault = patternFault(source);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `The pattern ${fault}.` });
  });

type Span = { readonly from?: number | undefined; readonly to?: number | undefined };
const isInOrder = ({ from, to }: Span) => from === undefined || to === undefined || from < to;
const outOfOrder = { path: ['to'], message: 'the end comes after the start' };

export function quizSchema({ moment }: Pick<Quantities, 'moment'>) {
  const question = z
    .strictObject({
      name: z.string().min(1).max(60).describe('Kept with every answer.'),
      from: moment.describe('Answers count from here on.'),
      to: moment.describe('Until here, no longer included.'),
      accepts: z.array(z.string().min(1)).min(1).describe('The right answer, in every form that is taken.'),
    })
    .refine(isInOrder, outOfOrder);
  return z
    .strictObject({
      name: name('quiz'),
      answer: replyPattern.describe(
        'What is taken for an answer, right or wrong: a regular expression over the message in small letters, narrow and without spaces around it. Everything else goes to the rules.',
      ),
      questions: z.array(question).min(1).max(1_000).describe('One after the other, none overlapping the next.'),
      prizes: z.int().min(0).max(ISSUE_LIMIT).prefault(0).describe('The first so many right fans win, one each.'),
      replies: z
        .strictObject({
          right: placeText('Right, and no prize goes with it.', '回答正确！', ['question', 'openid']),
          wrong: placeText('Wrong.', '回答错误，下一题加油！', ['question', 'openid']),
          already: placeText('Not the first answer to this question.', '这一题您已经回答过了。', [
            'question',
            'openid',
          ]),
          tooEarly: placeText('Before the first question.', '活动还没有开始，请稍等。'),
          tooLate: placeText('No question is open, or none any more.', '这一题的作答时间已经结束。'),
          won: placeText('Right, and a prize.', '恭喜！您是第 {number} 位获奖者。', ['number', 'question', 'openid']),
          allGone: placeText('Right, and all prizes are gone.', '回答正确，可惜奖品已经发完。', ['question', 'openid']),
        })
        .prefault({})
        .describe('What is answered.'),
    })
    .superRefine(({ questions }, context) => {
      const names = new Set<string>();
      for (const [index, { name, from }] of questions.entries()) {
        const at = (key: string) => ['questions', index, key];
        if (names.has(name)) {
          context.addIssue({ code: 'custom', path: at('name'), message: `another question is called "${name}" too` });
        }
        names.add(name);
        const before = questions[index - 1];
        if (before === undefined || before.to <= from) continue;
        const message = `starts before the question "${before.name}" ends`;
        context.addIssue({ code: 'custom', path: at('from'), message });
      }
    });
}

/** How a fan enters, when, and who may. */
function entrance({ moment }: Pick<Quantities, 'moment'>) {
  return {
    words: z.array(z.string().min(1)).prefault([]).describe('A message that is one of these enters.'),
    key: z.string().min(1).optional().describe('A tap on the menu button with this key enters.'),
    from: moment.optional().describe('Opens; left out: open from the start.'),
    to: moment.optional().describe('Closes; left out: never.'),
    only: z.array(z.string().min(1)).min(1).optional().describe('Only fans of one of these groups may enter.'),
  };
}

const closedReplies = {
  tooEarly: placeText('Not open yet.', '活动还没有开始，请稍等。'),
  tooLate: placeText('Closed.', '活动已经结束。'),
  notYou: placeText('The fan is in none of the groups that may enter.', '很抱歉，您暂时没有参加资格。'),
};

type Entrance = { readonly words: readonly string[]; readonly key?: string | undefined };
const hasEntrance = ({ words, key }: Entrance) => words.length > 0 || key !== undefined;
const noEntrance = 'nobody can enter; say `words` or `key`';

export function lotterySchema(quantities: Pick<Quantities, 'moment' | 'share'>) {
  return z
    .strictObject({
      name: name('lottery'),
      ...entrance(quantities),
      chance: quantities.share.describe('Of each fan, while prizes last. `100%`: first come, first served.'),
      prizes: z.int().min(1).max(ISSUE_LIMIT).describe('Never more than these are given out.'),
      replies: z
        .strictObject({
          ...closedReplies,
          won: placeText('A prize.', '恭喜中奖！您的中奖号是 {number}。', ['number', 'openid']),
          lost: placeText('No prize.', '很遗憾，这次没有中奖。', ['openid']),
          already: placeText('A second try; nothing is drawn again.', '您已经抽过奖了，每人只有一次机会。', ['openid']),
          allGone: placeText('No prize is left.', '奖品已经全部抽完，下次再来！', ['openid']),
        })
        .prefault({})
        .describe('What is answered.'),
    })
    .refine(isInOrder, outOfOrder)
    .refine(hasEntrance, noEntrance);
}

export function buyingSchema(quantities: Pick<Quantities, 'moment'>) {
  return z
    .strictObject({
      name: name('buying'),
      ...entrance(quantities),
      rights: z.int().min(1).max(ISSUE_LIMIT).describe('Rights to buy; the first so many fans get one each.'),
      waiting: z.int().min(0).max(ISSUE_LIMIT).prefault(0).describe('Fans who may queue behind them.'),
      replies: z
        .strictObject({
          ...closedReplies,
          granted: placeText('A right to buy.', '恭喜！您获得第 {number} 个购买资格。', ['number', 'openid']),
          queued: placeText('A place in the queue.', '您已进入排队，前面还有 {ahead} 人，您排在第 {place} 位。', [
            'place',
            'ahead',
            'openid',
          ]),
          again: placeText('Asked again, with a right.', '您已经有购买资格，号码是 {number}。', ['number', 'openid']),
          full: placeText('No right and no place is left.', '名额已满，请关注下一次开放购买。', ['openid']),
        })
        .prefault({})
        .describe('What is answered. Who waits and asks again is told the place again.'),
    })
    .refine(isInOrder, outOfOrder)
    .refine(hasEntrance, noEntrance);
}

export type QuizSettings = z.output<ReturnType<typeof quizSchema>>;
export type LotterySettings = z.output<ReturnType<typeof lotterySchema>>;
export type BuyingSettings = z.output<ReturnType<typeof buyingSchema>>;
