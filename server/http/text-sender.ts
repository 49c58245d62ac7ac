/** One try at sending a later text: with the token held, and once more with a fresh one if that is refused. */
import type { OutboxRecord } from '../engine/record.js';
import { isPassing, isSent, isTokenTrouble, meaningOf, pausesAll } from './err-code.js';
import type { Sent } from './outbox.js';
import { clientIdOf, type PlatformCalls } from './platform-client.js';
import type { TokenCache } from './token-cache.js';

export function textSender(platform: PlatformCalls, tokens: TokenCache): (text: OutboxRecord) => Promise<Sent> {
  return async (row) => {
    const { openid, text } = row;
    for (let tries = 0; tries < 2; tries += 1) {
      const token = await tokens.get();
      if (token === undefined) return { end: 'pause', why: 'no token is to be had' };
      const code = await platform.sendText(token, { clientId: clientIdOf(row), openid, text });
      const why = meaningOf(code);
      if (isSent(code)) return { end: 'sent' };
      if (pausesAll(code)) return { end: 'pause', why };
      if (isPassing(code)) return { end: 'again', why, mayBeOut: code === undefined };
      if (!isTokenTrouble(code)) return { end: 'failed', why };
      tokens.refused(token);
    }
    return { end: 'pause', why: 'the token is refused' };
  };
}
