/** Where events are told to, and what may be wrong with that. */
import { isIP } from 'node:net';
import type { Problem } from '../../../core/problem.js';
import { isInside } from './inside-address.js';

export interface WebhookSettings {
  readonly url: string;
  /** Signs each body: `X-Peakday-Signature: sha256=` HMAC-SHA256 in hex. */
  readonly secret: string;
  /** Kinds of rows; default: all. */
  readonly types?: readonly string[] | undefined;
  /** Whether it may be outside of this machine and its private networks. */
  readonly isForeignAllowed?: boolean;
}

/** What is wrong with a webhook before it is used; a name is looked at when it is called. */
export function webhookProblems({ url, secret, types, isForeignAllowed }: WebhookSettings, known: readonly string[]) {
  const problems: Problem[] = [];
  const tell = (path: string, message: string) => problems.push({ path: `webhook.${path}`, message });
  if (secret.length < 8)
    tell(
      'secret',
      'Take a secret of at least 8 characters, --webhook-secret or PEAKDAY_WEBHOOK_SECRET; it signs what is sent.',
    );
  for (const type of types ?? []) {
    if (!known.includes(type))
      tell('types', `There are no events "${type}" for --webhook-types; there are ${known.join(', ')}.`);
  }
  if (!URL.canParse(url)) {
    tell('url', '--webhook is no URL; write http://HOST:PORT/PATH.');
    return problems;
  }
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') tell('url', 'Starts with http:// or https://.');
  if (username !== '' || password !== '')
    tell('url', 'Name and password do not belong into it; the signature tells who sends.');
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !isInside(address) && isForeignAllowed !== true) {
    tell(
      'url',
      `${address} is outside of the private networks; allow that by --webhook-anywhere, or take another address.`,
    );
  }
  return problems;
}
