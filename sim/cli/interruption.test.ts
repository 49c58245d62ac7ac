import process from 'node:process';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { monotonicClock } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { Interruption } from './interruption.js';

let atUs = 0;
vi.spyOn(monotonicClock, 'nowUs').mockImplementation(() => atUs);
vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
vi.spyOn(process, 'exit').mockImplementation((code) => {
  throw new Error(`left with ${code}`);
});
afterAll(() => vi.restoreAllMocks());
const left = `left with ${ExitCode.interrupted}`;

let interruption: Interruption;
afterEach(() => interruption.end());

const press = (signal: NodeJS.Signals, afterUs = 1_000_000) => {
  atUs += afterUs;
  // Ours alone: vitest has ears of its own.
  process.listeners(signal).at(-1)!(signal);
};

it('asks first, hurries then, and leaves at the third, whichever signals they are', () => {
  interruption = new Interruption();
  const asked: string[] = [];
  interruption.onFirst = (signal) => asked.push(signal);
  interruption.onSecond = () => asked.push('second');
  press('SIGHUP');
  // `timeout` and some terminals send one twice.
  press('SIGINT', 400_000);
  expect(asked).toEqual(['SIGHUP']);
  press('SIGTERM');
  expect(asked).toEqual(['SIGHUP', 'second']);
  expect(() => press('SIGINT')).toThrow(left);
});

it('leaves where there is nothing to ask, or nothing more', () => {
  interruption = new Interruption();
  expect(() => press('SIGTERM')).toThrow(left);
  interruption.end();
  interruption = new Interruption();
  interruption.onFirst = () => {};
  press('SIGINT');
  expect(() => press('SIGINT')).toThrow(left);
});
