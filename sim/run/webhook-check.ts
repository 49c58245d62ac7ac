/** Before the run: how a webhook target shows that it is there and knows the secret, in the forms platforms ask for. */
import { unreachable } from '../../core/problem.js';
import type { WebhookSettings } from '../scenario/channel.js';
import { compilePointer, readJson } from './webhook-json.js';
import type { WebhookSigner } from './webhook-signature.js';

/** One request by which a target shows that it is there and knows the secret. */
export interface AddressCheck {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is wrong with the answer, to stand after the address: `answers with …`; undefined: nothing. */
  refusal(status: number, body: string): string | undefined;
}

export interface WebhookCheckOptions {
  readonly settings: WebhookSettings;
  readonly signer: WebhookSigner;
  readonly secret: string;
  /** Path of the webhook, with any query of its own. */
  readonly path: string;
  /** Those of every post. */
  readonly headers: Readonly<Record<string, string>>;
  readonly nowS: number;
}

const challengeIn = compilePointer('/challenge');

/** The one request to make, and how to judge its answer. */
export function webhookCheck(options: WebhookCheckOptions, echo: string): AddressCheck {
  const { settings, signer, secret, path, headers, nowS } = options;
  const { by, verifyToken = secret, body = {} } = settings.check;
  const signed = (content: unknown) => {
    const text = JSON.stringify(content);
    return { method: 'POST', path, headers: { ...headers, ...signer.headers(text, nowS) }, body: text } as const;
  };
  const isAcknowledged = (status: number) => settings.acknowledge.statuses.includes(status);
  switch (by) {
    case 'any-answer':
      return {
        method: 'GET',
        path,
        headers,
        refusal: (status) => (status < 500 ? undefined : `answers with status ${status}`),
      };
    case 'acknowledgement':
      return {
        ...signed(body),
        refusal: (status) => (isAcknowledged(status) ? undefined : statusRefusal(status, settings)),
      };
    case 'hub-challenge':
      return {
        method: 'GET',
        path: `${path}${hubQuery(path, verifyToken, echo)}`,
        headers,
        refusal: (status, answer) => {
          if (status !== 200) return statusRefusal(status);
          return answer.trim() === echo ? undefined : `does not answer with its hub.challenge (got ${quoted(answer)})`;
        },
      };
    case 'url-verification':
      return {
        ...signed({ token: verifyToken, challenge: echo, type: 'url_verification' }),
        refusal: (status, answer) => {
          if (!isAcknowledged(status)) return statusRefusal(status, settings);
          if (answer.trim() === echo || challengeIn(readJson(answer)) === echo) return undefined;
          return `does not give the challenge back (got ${quoted(answer)})`;
        },
      };
    default:
      return unreachable(by);
  }
}

/** The query of Meta's check of a webhook address. */
export function hubQuery(path: string, verifyToken: string, echo: string): string {
  const query = `hub.mode=subscribe&hub.verify_token=${encodeURIComponent(verifyToken)}&hub.challenge=${echo}`;
  return `${path.includes('?') ? '&' : '?'}${query}`;
}

function statusRefusal(status: number, settings?: WebhookSettings): string {
  if (status === 401 || status === 403) {
    return `refuses the check (status ${status}): give the secret it was set up with, by --token or PEAKDAY_TOKEN, and see \`channel.signature\` and \`channel.check\``;
  }
  const wanted = settings?.acknowledge.statuses.join(' or ') ?? '200';
  return `answers the check with status ${status}; expected ${wanted}`;
}

function quoted(answer: string): string {
  return JSON.stringify(answer.slice(0, 60));
}
