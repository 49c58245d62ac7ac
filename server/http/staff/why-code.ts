/** Why a text was not sent, as a code: pages say it in their own language. */
import { sendReasonOf } from '../../engine/send-reasons.js';

/** `platform-45047`: the platform's errcode. Undefined: there are only the words. */
export function whyCodeOf(why: string | undefined): string | undefined {
  if (why === undefined) return undefined;
  const reason = sendReasonOf(why);
  if (reason !== undefined) return reason;
  if (/API gives no answer/.test(why)) return 'no-answer';
  if (/API cannot be reached/.test(why)) return 'unreachable';
  const errcode = /\((-?\d+)\)$/.exec(why)?.[1];
  return errcode === undefined ? undefined : `platform-${errcode}`;
}
