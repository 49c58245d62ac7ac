/** Encrypted replies: `<xml><Encrypt/><MsgSignature/><TimeStamp/><Nonce/></xml>`, written and read. Section 2. */
import { CryptError } from './crypt.js';
import { childOf, requiredToken, WireError } from './element.js';
import { type EncryptedMode, readRoot } from './envelope.js';
import type { KeyName, KeyRing } from './key-ring.js';
import { isAcknowledgement } from './read-reply.js';
import { isSignedEncrypted, signEncrypted } from './signature.js';
import { cdata, XmlError } from './xml.js';

export interface ReplyToSeal {
  readonly token: string;
  /** The reply's XML, encrypted: Base64. */
  readonly encrypt: string;
  readonly timestampS: number;
  readonly nonce: string;
}

export interface ReplySecurity {
  readonly token: string;
  readonly keys: KeyRing;
  readonly mode: EncryptedMode;
}

export type OpenedReply =
  /** The body as it came: an acknowledgement, or in compatible mode whatever is not encrypted. */
  | { readonly kind: 'plain'; readonly body: string }
  /** Signed by the token and decrypted by that key. */
  | { readonly kind: 'encrypted'; readonly xml: string; readonly key: KeyName }
  | { readonly kind: 'malformed'; readonly reason: string };

export function writeEncryptedReply({ token, encrypt, timestampS, nonce }: ReplyToSeal): string {
  return `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt>
<MsgSignature><![CDATA[${signEncrypted(token, String(timestampS), nonce, encrypt)}]]></MsgSignature>
<TimeStamp>${timestampS}</TimeStamp>
<Nonce>${cdata(nonce)}</Nonce>
</xml>`;
}

/**
 * Never throws. What comes out, `body` or `xml`, is for `readReply`. `success` and the empty body are plain in both modes;
 * a reply that is not encrypted is malformed in safe mode. An `Encrypt` is always opened, whatever stands beside it.
 */
export function openReply(body: string, { token, keys, mode }: ReplySecurity): OpenedReply {
  if (isAcknowledgement(body)) return { kind: 'plain', body };
  const unencrypted: OpenedReply =
    mode === 'compatible' ? { kind: 'plain', body } : { kind: 'malformed', reason: 'not encrypted, as safe mode asks' };
  // No start tag can be written otherwise: most plain replies are not parsed twice.
  if (!body.includes('<Encrypt')) return unencrypted;
  try {
    const root = readRoot(body);
    if (childOf(root, 'Encrypt') === undefined) return unencrypted;
    const encrypt = requiredToken(root, 'Encrypt');
    const signature = requiredToken(root, 'MsgSignature');
    const query = {
      msg_signature: signature,
      timestamp: requiredToken(root, 'TimeStamp'),
      nonce: requiredToken(root, 'Nonce'),
    };
    if (!isSignedEncrypted(token, query, encrypt)) return { kind: 'malformed', reason: 'MsgSignature does not fit' };
    const { message, key } = keys.decrypt(encrypt);
    return { kind: 'encrypted', xml: message, key };
  } catch (error) {
    if (error instanceof WireError) return { kind: 'malformed', reason: error.message };
    if (error instanceof CryptError) {
      return { kind: 'malformed', reason: `Encrypt cannot be decrypted: ${error.message}` };
    }
    if (error instanceof XmlError) {
      return { kind: 'malformed', reason: `neither success nor XML: ${error.reason}, ${error.message}` };
    }
    throw error;
  }
}
