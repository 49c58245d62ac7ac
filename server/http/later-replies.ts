/** Reply-later mode, put together: the outbox, what sends from it, and the token it sends with. */
import type { Clock } from '../../core/clock.js';
import type { Problem } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { Outbox, type OutboxParts } from './outbox.js';
import { CONNECTIONS, type PlatformAddress, PlatformClient } from './platform-client.js';
import { textSender, tokenGate } from './text-sender.js';
import { TokenCache } from './token-cache.js';

/**
 * `now`: the reply is the response. `later`: the response is `success` as soon as the message is stored, and the reply
 * goes through the platform's customer-service call when the work is done. `auto`: the response, while there is time.
 * With an address, texts of the desk and corrections are sent in every mode.
 */
export type ReplyMode =
  | { readonly mode: 'now'; readonly platform?: PlatformAddress | undefined }
  | { readonly mode: 'later' | 'auto'; readonly platform: PlatformAddress };

export interface LaterReplies {
  readonly outbox: Outbox;
  /** Sends what is left for at most `limitMs`, then breaks off. Gives what was not sent. */
  close(limitMs: number): Promise<number>;
}

/** Handed out at the same time: those that are called, and as many that are being stored. */
const CONCURRENCY = 2 * CONNECTIONS;
/** With the back-off between them a text is given up after some four minutes of refusals. */
const ATTEMPTS = 30;

export function replyModeProblems(reply: ReplyMode | undefined): Problem[] {
  if (reply?.platform === undefined) return [];
  const { url, appid, secret } = reply.platform;
  const problems: Problem[] = [];
  const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  if (!isHttp)
    problems.push({ path: 'reply.platform.url', message: "The platform's address is no http:// or https:// address." });
  if (appid === '') problems.push({ path: 'reply.platform.appid', message: 'The appid is empty.' });
  if (secret === '') problems.push({ path: 'reply.platform.secret', message: 'The secret is empty.' });
  return problems;
}

export function laterReplies(
  platform: PlatformAddress,
  { clock, service, seed, onTry }: Pick<OutboxParts, 'clock' | 'service' | 'onTry'> & { readonly seed: number },
): LaterReplies {
  const client = new PlatformClient(platform);
  const tokens = tokenCacheOf(client, clock, seed);
  // At the first fetch that fails: it is tried for long before the outbox is told.
  tokens.onTrouble = (trouble) => service.setSendTrouble(trouble);
  const outbox = new Outbox({
    clock,
    service,
    gate: tokenGate(tokens),
    send: textSender(client, tokens),
    uniform: randomStream(seed, 'outbox').uniform,
    limits: { concurrency: CONCURRENCY, attempts: ATTEMPTS },
    onTry,
  });
  return {
    outbox,
    async close(limitMs) {
      const left = await outbox.drain(limitMs);
      tokens.close();
      await client.close();
      return left;
    },
  };
}

function tokenCacheOf(client: PlatformClient, clock: Clock, seed: number): TokenCache {
  return new TokenCache(clock, () => client.fetchToken(), randomStream(seed, 'token').uniform);
}
