import { describe, expect, it } from 'vitest';
import { US_PER_S } from '../../core/units.js';
import { type Answer, AnswerMemory } from './answer-memory.js';

const answer: Answer = { text: '你好', createTimeS: 1_679_979_471 };
const acknowledged: Answer = { text: undefined, createTimeS: 1_679_979_472 };

function memory() {
  const clock = { us: 5 * US_PER_S, nowUs: () => clock.us };
  return { clock, answers: new AnswerMemory(clock, { capacity: 100, maxAgeS: 10 }) };
}

describe('answers given', () => {
  it('are found again by their key, and by no other', () => {
    const { answers } = memory();
    answers.remember('fan|1|CLICK|a', answer);
    answers.remember('2', acknowledged);
    expect(answers.find('fan|1|CLICK|a')).toEqual(answer);
    expect(answers.find('2')).toEqual(acknowledged);
    expect(answers.find('fan|1|CLICK|A')).toBeUndefined();
  });

  it('are forgotten by age, counted from when they were given', () => {
    const { answers, clock } = memory();
    answers.remember('before the start', answer, 6 * US_PER_S);
    answers.remember('now', answer);
    clock.us += 4.1 * US_PER_S;
    expect(answers.find('before the start')).toBeUndefined();
    clock.us += 5.8 * US_PER_S;
    expect(answers.find('now')).toEqual(answer);
    clock.us += 0.2 * US_PER_S;
    expect(answers.find('now')).toBeUndefined();
  });

  it('are bounded, and at least half the capacity of the latest is there', () => {
    const { answers } = memory();
    for (let key = 0; key < 1_000; key += 1) answers.remember(String(key), answer);
    expect(answers.size).toBeLessThanOrEqual(100);
    const found = Array.from({ length: 1_000 }, (_, key) => key).filter((key) => answers.find(String(key)));
    expect(found.filter((key) => key >= 950)).toHaveLength(50);
  });
});
