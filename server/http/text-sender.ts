/** Sending a later text: when it may begin, and one try. */
import type { OutboxRecord } from '../engine/record.js';
import { hasNoAnswer, isPassing, isSent, isTokenTrouble, isUnreachable, meaningOf, pausesAll } from './err-code.js';
import type { Gate, Sent } from './outbox.js';
import { clientIdOf, type PlatformCalls } from './platform-client.js';
import type { TokenCache } from './token-cache.js';

/** Open while a token is held: so a fetch that fails finds no text handed out. */
export function tokenGate(tokens: TokenCache): Gate {
  return {
    isOpen: () => tokens.isHeld,
    open: async () => ((await tokens.get()) === undefined ? tokens.why : undefined),
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
    if (token === undefined) return { end: 'pause', why: tokens.why, isTrouble: true };
    const code = await platform.sendText(token, { clientId: clientIdOf(row), openid, text });
    const why = meaningOf(code);
    const wasRefused = refused.delete(id);
    if (isSent(code)) return { end: 'sent' };
    if (isUnreachable(code)) return { end: 'pause', why, isTrouble: true };
    if (pausesAll(code)) return { end: 'pause', why, isTrouble: false };
    if (isPassing(code)) return { end: 'again', why, mayBeOut: hasNoAnswer(code) };
    if (!isTokenTrouble(code)) return { end: 'failed', why };
    tokens.refused(token);
    if (wasRefused) return { end: 'pause', why: 'the platform refuses every token', isTrouble: true };
    refused.add(id);
    return { end: 'wait', why };
  };
}
