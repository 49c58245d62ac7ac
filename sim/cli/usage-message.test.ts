import { expect, test } from 'vitest';
import { flagsIn, usageMessages } from './usage-message.js';

const known = {
  usages: ['run <scenario>', 'check <scenario>', 'serve [scenario]'],
  flags: flagsIn('  --speed  How many\n  --platform-port  Here\n'),
};
const say = (message: string, ...words: string[]) => usageMessages(message, words, known);

test('an unknown flag, with the one that was meant; each by itself', () => {
  expect(say('Unknown argument: sped', 'run', 'smoke', '--sped', '2')).toEqual([
    'there is no flag --sped; did you mean --speed?',
  ]);
  expect(
    say('Unknown arguments: platform-prot, zzz, more', 'run', 'smoke', '--platform-prot=1', '--zzz', 'more'),
  ).toEqual([
    'there is no flag --platform-prot; did you mean --platform-port?',
    'there is no flag --zzz',
    '"more" is one word too many',
  ]);
});

test('an unknown command, with all there are', () => {
  expect(say('Unknown arguments: rnu, smoke', 'rnu', 'smoke')).toEqual([
    'there is no command "rnu"; did you mean "run"?; there are run, check, serve',
  ]);
});

test('a choice that is none', () => {
  const message = 'Invalid values:\n  Argument: order, Given: "lifo", Choices: "fifo", "newest-first"';
  expect(say(message, 'serve', '--order', 'lifo')).toEqual(['--order "lifo" is none of fifo, newest-first']);
});

test('what is missing', () => {
  expect(say('Not enough non-option arguments: got 0, need at least 1', 'run')).toEqual([
    'a word is missing: peakday run <scenario>',
  ]);
  expect(say('Missing required argument: scenario', 'check')).toEqual(['a word is missing: peakday check <scenario>']);
  expect(say('Not enough arguments following: threads', 'run', 'smoke', '--threads')).toEqual([
    '--threads needs a value',
  ]);
});

test('the rest as it is', () => {
  expect(say('say a command')).toEqual(['say a command']);
});
