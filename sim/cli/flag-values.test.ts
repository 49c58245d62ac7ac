/** Numbers that are none, and that each command tells of them together with what else is wrong. */
import { describe, expect, it, test } from 'vitest';
import { UserError } from '../../core/problem.js';
import { checkScenario } from './checking.js';
import { planDay } from './day-planning.js';
import { saidTwice, soundNumbers } from './flag-values.js';
import { probeTarget } from './probing.js';
import { rehearse } from './rehearsal.js';
import { serveScenario } from './serving.js';
import { simulateScenario } from './simulation.js';

const said = (name: string) => `--${name}`;

describe('soundNumbers', () => {
  it('leaves out what is no number, and says what to write', () => {
    const given = {
      scenario: 'smoke',
      speed: Number.NaN,
      seed: 7,
      threads: undefined,
      port: [1, 2],
      'platform-port': 0,
    };
    expect(soundNumbers(given, said)).toEqual({
      flags: { scenario: 'smoke', seed: 7, threads: undefined, 'platform-port': 0 },
      problems: [
        { message: '--speed takes one number, like --speed 2' },
        { message: '--port takes one number, like --port 8080' },
      ],
    });
  });

  it.each([-1, 70_000, 80.5])('%d is no port', (port) => {
    const message = `--platform-port ${port} is no port: a whole number up to 65535, or 0 for any free one`;
    expect(soundNumbers({ 'platform-port': port }, said).problems).toEqual([{ message }]);
  });
});

test('what is said twice and has one value', () => {
  const flags = { _: ['run'], window: ['1', '2'], 'aes-key': ['a', 'b'], aesKey: ['a', 'b'], set: ['a=1', 'b=2'] };
  expect(saidTwice(flags).map(({ message }) => message)).toEqual([
    '--window is said more than once',
    '--aes-key is said more than once',
  ]);
});

describe('all that is wrong is told at once', () => {
  const bare = { scenario: 'smoke', json: false, quiet: true };
  const target = { ...bare, insecure: false, 'allow-public': false };
  const plan = { promise: ['wrong = 0'], vary: [], set: [], limit: '10m', interval: '30m', pickup: '80% in 20s' };
  const staffing = { shrinkage: '30%' };
  it.each<[string, () => Promise<unknown>, string[]]>([
    [
      'run',
      () =>
        rehearse({
          ...target,
          'platform-host': '::1',
          speed: Number.NaN,
          'platform-port': 7e4,
          window: '3',
          target: 'x',
          token: 't',
        }),
      ['--speed takes', '--platform-port 70000', '--window "3"', '--target "x"'],
    ],
    [
      'simulate',
      () => simulateScenario({ ...bare, speed: Number.NaN, window: '3', model: '/nowhere' }),
      ['--speed takes', '/nowhere is no model', '--window "3"'],
    ],
    ['check', () => checkScenario({ ...bare, seed: Number.NaN, window: '3', brief: true }), ['--seed', '--window "3"']],
    [
      'probe',
      () => probeTarget({ ...target, seed: Number.NaN, connections: '4,2', step: 'x' }),
      ['--seed takes', '--connections "4,2"', '--step "x"'],
    ],
    [
      'plan',
      () => planDay({ ...bare, ...plan, ...staffing, replications: Number.NaN, speed: 1, window: '3' }),
      ['--replications takes', '--promise', '--window "3"'],
    ],
    [
      'serve',
      () => serveScenario({ scenario: 'smoke', host: '127.0.0.1', port: Number.NaN, workTime: 'x' }),
      ['--port takes', '--token', '--work-time "x"'],
    ],
  ])('%s', async (_, command, parts) => {
    const error = await command().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    const { exitCode, message } = error as UserError;
    expect(exitCode).toBe(2);
    expect(message.split('\n')).toHaveLength(parts.length);
    for (const part of parts) expect(message).toContain(part);
  });
});
