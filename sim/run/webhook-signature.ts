/** The HMAC of a webhook, as LINE, Meta, Slack, GitHub and others make it: one scheme, set by the scenario. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureSettings } from '../scenario/channel.js';

/** A timestamp further off than this is refused, as Slack advises. */
const TIMESTAMP_TOLERANCE_S = 300;

/** Headers of a request by lower-case name, as node:http gives them. */
export type ReceivedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookSigner {
  /** The headers that sign this body, at this second since 1970. */
  headers(body: string | Buffer, timestampS: number): Record<string, string>;
  /** What is wrong with a signed request; undefined: nothing. Takes the same time wherever a signature differs. */
  refusal(headers: ReceivedHeaders, body: Buffer, nowS: number): string | undefined;
}

export function webhookSigner(settings: SignatureSettings, secret: string): WebhookSigner {
  const { header, algorithm, prefix = '', encoding, payload, timestampHeader } = settings;
  const [before = '', after = ''] = payload.split('{body}');
  const sign = (body: string | Buffer, timestamp: string): string => {
    const hmac = createHmac(algorithm, secret);
    if (before !== '') hmac.update(before.replace('{timestamp}', timestamp));
    hmac.update(body);
    if (after !== '') hmac.update(after.replace('{timestamp}', timestamp));
    return `${prefix}${hmac.digest(encoding)}`;
  };
  return {
    headers(body, timestampS) {
      const timestamp = String(timestampS);
      const signature = { [header]: sign(body, timestamp) };
      return timestampHeader === undefined ? signature : { ...signature, [timestampHeader]: timestamp };
    },
    refusal(headers, body, nowS) {
      const given = headers[header.toLowerCase()];
      if (typeof given !== 'string') return `no signature in the header ${header}`;
      let timestamp = '';
      if (timestampHeader !== undefined) {
        const sent = headers[timestampHeader.toLowerCase()];
        if (typeof sent !== 'string' || !/^\d{1,12}$/.test(sent))
          return `no seconds since 1970 in the header ${timestampHeader}`;
        if (Math.abs(Number(sent) - nowS) > TIMESTAMP_TOLERANCE_S)
          return `the timestamp is more than ${TIMESTAMP_TOLERANCE_S} s off`;
        timestamp = sent;
      }
      return isSame(sign(body, timestamp), given) ? undefined : `the signature in ${header} is not that of this body`;
    },
  };
}

/** `Authorization: Bearer SECRET`; undefined: it is. */
export function bearerRefusal(headers: ReceivedHeaders, secret: string): string | undefined {
  const { authorization } = headers;
  if (typeof authorization !== 'string') return 'no authorization header';
  return isSame(`Bearer ${secret}`, authorization) ? undefined : 'the bearer token is not the one of this run';
}

function isSame(expected: string, given: string): boolean {
  const [wanted, got] = [Buffer.from(expected), Buffer.from(given)];
  // The right length is no secret.
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}
