import { describe, expect, it } from 'vitest';
import { atMs, type SettingsInput, sampleAccount, sampleSchema, written } from './account-samples.js';

const quiz: NonNullable<SettingsInput['quiz']> = {
  answer: '^[a-d]$',
  prizes: 2,
  questions: [
    { name: 'one', from: '14:00', to: '14:09', accepts: ['B', '２'] },
    { name: 'two', from: '14:10', to: '14:20', accepts: ['c'] },
  ],
  replies: {
    right: 'right {question}',
    wrong: 'wrong',
    already: 'already',
    tooEarly: 'early',
    tooLate: 'late',
    won: 'won {number}',
    allGone: 'gone',
  },
};

function players() {
  const account = sampleAccount({ quiz }, { fallback: { text: 'rules' } });
  const say = (fan: string, content: string, clock: string) => {
    const { decision } = account.receive(written(fan, content), atMs(clock));
    return decision.kind === 'reply' ? decision.text : undefined;
  };
  return { account, say };
}

describe('the prize quiz', () => {
  it('takes answers in their time only', () => {
    const { say } = players();
    expect(say('a', 'B', '13:59:59.999')).toBe('early');
    expect(say('a', 'B', '14:00')).toBe('won 1');
    expect(say('b', 'B', '14:08:59.999')).toBe('won 2');
    expect(say('c', 'B', '14:09')).toBe('late');
    expect(say('c', 'B', '18:00')).toBe('late');
  });

  it('counts the first answer alone, whatever it was', () => {
    const { say, account } = players();
    expect(say('a', 'A', '14:01')).toBe('wrong');
    expect(say('a', 'B', '14:02')).toBe('already');
    expect(account.games()).toEqual([{ name: 'quiz', issued: 0, total: 2, players: 1 }]);
    expect(account.users.get('a')?.tookPart).toBe(1);
  });

  it('takes every accepted form, wide letters, spaces and capitals', () => {
    const { say } = players();
    expect(say('a', ' Ｂ ', '14:01')).toBe('won 1');
    expect(say('b', 'b', '14:01')).toBe('won 2');
  });

  it('leaves what is no answer to the rules', () => {
    const { say, account } = players();
    expect(say('a', 'AB', '14:01')).toBe('rules');
    expect(say('a', '几点开始', '13:00')).toBe('rules');
    expect(account.games()[0]?.players).toBe(0);
  });

  it('gives the first right fans a prize each, one a fan, and no more than there are', () => {
    const { say, account } = players();
    expect(say('a', 'B', '14:01')).toBe('won 1');
    expect(say('a', 'C', '14:11')).toBe('right two');
    expect(say('b', 'C', '14:12')).toBe('won 2');
    expect(say('c', 'C', '14:13')).toBe('gone');
    expect(account.games()[0]).toMatchObject({ issued: 2, players: 3 });
    expect(account.users.get('a')?.tookPart).toBe(1);
  });

  it('says all that is wrong with its settings', () => {
    const bad = {
      ...quiz,
      answer: '(a+)+',
      questions: [
        { name: 'one', from: '14:00', to: '14:00', accepts: ['B'] },
        { name: 'two', from: '14:00', to: '14:10', accepts: ['B'] },
      ],
    };
    const paths = sampleSchema.safeParse({ quiz: bad }).error?.issues.map(({ path }) => path.join('.'));
    expect(paths).toEqual(['quiz.answer', 'quiz.questions.0.to']);
    const overlapping = { ...quiz, questions: [quiz.questions[0]!, { ...quiz.questions[0]!, from: '14:05' }] };
    const found = sampleSchema.safeParse({ quiz: overlapping }).error?.issues.map(({ path }) => path.join('.'));
    expect(found).toEqual(['quiz.questions.1.name', 'quiz.questions.1.from']);
    const long = { ...quiz, replies: { won: '长'.repeat(683) } };
    expect(sampleSchema.safeParse({ quiz: long }).error?.issues[0]?.message).toContain('2048 bytes');
  });
});
