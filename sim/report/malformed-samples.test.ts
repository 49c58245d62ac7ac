import { expect, it } from 'vitest';
import { malformedSamples } from './malformed-samples.js';

const clock = { startDayS: 9 * 3_600, endDayS: 10 * 3_600, speed: 60 };
const reply = (id: number, body: string, atUs = id * 1e6) => ({ id, atUs, status: 200, body });

it('are the first few, in order of time, on the clock of the scenario', () => {
  const samples = malformedSamples(
    [7, 3, 5, 1, 2, 9].map((id) => reply(id, `body ${id}`)),
    [],
    clock,
  );
  expect(samples.map(({ message }) => message)).toEqual([1, 2, 3, 5, 7]);
  expect(samples[0]).toEqual({ message: 1, atS: 1, at: '09:01:00', status: 200, text: 'body 1' });
});

it('are different from each other: threads meet the same page', () => {
  const samples = malformedSamples([reply(1, 'oops'), reply(2, 'oops'), reply(3, 'oh')], [], clock);
  expect(samples.map(({ message, text }) => [message, text])).toEqual([
    [1, 'oops'],
    [3, 'oh'],
  ]);
});

it('are told apart by their reasons where nothing was read of them', () => {
  const refused = (id: number, reason: string) => ({ ...reply(id, ''), reason });
  const samples = malformedSamples([refused(1, 'too large'), refused(2, 'no HTTP'), refused(3, 'no HTTP')], [], clock);
  expect(samples.map(({ message, reason }) => [message, reason])).toEqual([
    [1, 'too large'],
    [2, 'no HTTP'],
  ]);
});

it('say why they are no replies, without secrets', () => {
  const [sample] = malformedSamples([{ ...reply(1, 'a'), reason: 'hush-hush does not fit' }], ['hush-hush'], clock);
  expect(sample!.reason).toBe('[secret] does not fit');
});

it('are printable and short, whatever came', () => {
  const [{ text = '' } = {}, long, wide] = malformedSamples(
    [reply(1, '<html>\u001b[31m\r\n\u0000  oops'), reply(2, 'x'.repeat(9_000)), reply(3, '😀'.repeat(900))],
    [],
    clock,
  );
  expect(text).toBe('<html> [31m oops');
  expect(long!.text).toBe(`${'x'.repeat(199)}…`);
  expect(wide!.text).toBe(`${'😀'.repeat(199)}…`);
});

it('keep no secret, not even the part before the cut', () => {
  const token = 'token-of-the-account';
  const [{ text = '' } = {}] = malformedSamples(
    [reply(1, `${token} ab ${'-'.repeat(165)} ${token}`)],
    [token, 'ab', 'token-of'],
    clock,
  );
  expect(text).toContain('[secret] ab ---');
  expect(text).not.toContain('token');
});
