/** Why a fan is sent no text: in words, as it is kept, and a code for programs and for a page's language. */
import { TEXT_LIMIT_BYTES } from '../../wechat/limits.js';

/** Texts that one message of a fan allows (the platform's rule; WECHAT §5). */
export const TEXTS_PER_MESSAGE = 5;

/** The words stand in stores: change none. */
export const sendReasons = {
  'not-known': 'the fan is not known',
  'has-left': 'the fan has left the account',
  'never-wrote': 'the fan never wrote',
  'silent-too-long': 'the last message is 48 hours old',
  'quota-used': `${TEXTS_PER_MESSAGE} texts were sent since the last message`,
  'nothing-answered': 'nothing is answered to what was asked',
  'by-hand': 'answered by hand since',
  'too-long': `the text with the answers is longer than ${TEXT_LIMIT_BYTES} bytes`,
  stopped: 'stopped',
  'cut-off': 'the server stopped while it was being sent',
} as const satisfies Readonly<Record<string, string>>;

export type SendReason = keyof typeof sendReasons;

const codes: ReadonlyMap<string, SendReason> = new Map(
  Object.entries(sendReasons).map(([code, words]) => [words, code as SendReason]),
);

/** Undefined: another's words, the platform's or a person's. */
export function sendReasonOf(why: string): SendReason | undefined {
  return codes.get(why);
}
