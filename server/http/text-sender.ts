/** One try at sending a later text: with the token held, and once more with a fresh one if that is refused. */
import { isPassing, isSent, isTokenTrouble } from './err-code.js';
import type { LaterText, Sent } from './outbox.js';
import type { PlatformCalls } from './platform-client.js';
import type { TokenCache } from './token-cache.js';

export function textSender(platform: PlatformCalls, tokens: TokenCache): (reply: LaterText) => Promise<Sent> {
  return async (reply) => {
    for (let tries = 0; tries < 2; tries += 1) {
      const token = await tokens.get();
      if (token === undefined) return 'again';
      const code = await platform.sendText(token, reply);
      if (isSent(code)) return 'sent';
      if (isPassing(code)) return 'again';
      if (!isTokenTrouble(code)) return 'refused';
      tokens.refused(token);
    }
    return 'again';
  };
}
