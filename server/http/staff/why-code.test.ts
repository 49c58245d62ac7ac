import { expect, it } from 'vitest';
import { sendReasons } from '../../engine/send-reasons.js';
import { type ErrCode, meaningOf } from '../err-code.js';
import { whyCodeOf } from './why-code.js';

it('has a code for every reason there is, the platform’s too', () => {
  for (const [code, words] of Object.entries(sendReasons)) expect(whyCodeOf(words)).toBe(code);
  const codes: readonly ErrCode[] = [
    45047,
    -1,
    99_999,
    'ECONNREFUSED',
    { noAnswer: 'it answers with HTTP status 500' },
  ];
  expect(codes.map((code) => whyCodeOf(meaningOf(code)))).toEqual([
    'platform-45047',
    'platform--1',
    'platform-99999',
    'unreachable',
    'no-answer',
  ]);
  expect([whyCodeOf(undefined), whyCodeOf('by a person')]).toEqual([undefined, undefined]);
});
