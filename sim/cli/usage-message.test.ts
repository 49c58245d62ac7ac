import { expect, test } from 'vitest';
import { flagsIn, usageMessages } from './usage-message.js';

const known = { commands: ['run', 'check', 'serve'], flags: flagsIn('  --speed  How many\n  --platform-port  Here\n') };
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

test('the rest as it is', () => {
  expect(say('say a command')).toEqual(['say a command']);
  expect(say('Not enough non-option arguments: got 0', 'run')).toEqual(['Not enough non-option arguments: got 0']);
});
