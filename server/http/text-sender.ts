/** Sending a later text: when it may begin, and one try. */
import type { OutboxRecord } from '../engine/record.js';
import {
  hasNoAnswer,
  isPassing,
  isSent,
  isTokenTrouble,
  isUnreachable,
  meaningOf,
  pausesAll,
  sendTroubleOf,
} from './err-code.js';
import type { Gate, Sent } from './outbox.js';
import { clientIdOf, type PlatformCalls } from './platform-client.js';
import type { TokenCache } from './token-cache.js';

/** Open while a token is held: so a fetch that fails finds no text handed out. */
export function tokenGate(tokens: TokenCache): Gate {
  return {
    isOpen: () => tokens.isHeld,
    open: async () => ((await tokens.get()) === undefined ? tokens.trouble : undefined),
  };
}

/**
 * One call with the token held. Refused for its token the text has certainly not gone out: it waits again while another is
 * fetched. Refused with that one too, it is no matter of the token's age.
 */
export function textSender(platform: PlatformCalls, tokens: TokenCache): (text: OutboxRecord) => Promise<Sent> {
  const refused = new Set<number>();
  return async (row) => {
    const { id, openid, text } = row;
    const token = await tokens.get();
    if (token === undefined) return { end: 'pause', trouble: tokens.trouble };
    const code = await platform.sendText(token, { clientId: clientIdOf(row), openid, text });
    const wasRefused = refused.delete(id);
    if (isSent(code)) return { end: 'sent' };
    const trouble = sendTroubleOf(code);
    if (isUnreachable(code) || pausesAll(code)) return { end: 'pause', trouble };
    if (isPassing(code)) return { end: 'again', trouble, mayBeOut: hasNoAnswer(code) };
    if (!isTokenTrouble(code)) return { end: 'failed', why: meaningOf(code) };
    tokens.refused(token);
    if (wasRefused) return { end: 'pause', trouble: { ...trouble, why: 'the platform refuses every token' } };
    refused.add(id);
    return { end: 'wait', trouble };
  };
}
