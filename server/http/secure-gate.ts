/**
 * What a push must show before it is a message: the signature of its mode, and in safe and compatible mode what the
 * signature covers, decrypted. Section 2 of the wire notes.
 *
 *     mode         encrypt_type absent or raw     encrypt_type aes
 *     plain        signature, body                signature, body (in compatible pushes the plain fields are there)
 *     safe         refused                        msg_signature, Encrypt; the reply is encrypted with the same key
 *     compatible   signature, body                msg_signature, Encrypt; the reply is plain
 *
 * Where `Encrypt` is signed, nothing else of the body is believed: the signature does not cover it.
 */
import { randomInt } from 'node:crypto';
import { wallMs } from '../../core/clock.js';
import type { Problem } from '../../core/problem.js';
import { CryptError, keyProblem } from '../../wechat/crypt.js';
import { WireError } from '../../wechat/element.js';
import { type EncryptedMode, readEnvelope } from '../../wechat/envelope.js';
import type { Inbound } from '../../wechat/inbound.js';
import { type AesKeys, type KeyName, KeyRing } from '../../wechat/key-ring.js';
import { readInbound } from '../../wechat/read-inbound.js';
import { writeEncryptedReply } from '../../wechat/reply-envelope.js';
import { type EncryptedQuery, isSigned, isSignedEncrypted, type SignedQuery } from '../../wechat/signature.js';
import { XmlError } from '../../wechat/xml.js';

export type Security =
  | { readonly mode: 'plain' }
  | { readonly mode: EncryptedMode; readonly appid: string; readonly keys: AesKeys };

export type PushQuery = SignedQuery & EncryptedQuery;

export interface Taken {
  readonly do: 'take';
  readonly message: Inbound;
  /** Brings the XML of its reply into the form of the mode: as it is, or encrypted with the push's key and signed. */
  readonly seal: (xml: string) => string;
}

/** `reason` goes over the wire; 403: the signature, 400: what is in it. */
export interface Turned {
  readonly do: 'turn away';
  readonly status: 400 | 403;
  readonly reason: string;
  /** It was signed long ago, or its signature was used for another body. */
  readonly isReplay?: boolean;
}

export interface Gate {
  /** Before the body is read: whether it is worth reading, as far as the query tells; undefined if it is. */
  turnedAway(query: PushQuery): Turned | undefined;
  read(body: string, query: PushQuery): Taken | Turned;
}

const unsigned: Turned = { do: 'turn away', status: 403, reason: 'the signature does not fit' };
const plainInSafeMode: Turned = { do: 'turn away', status: 403, reason: 'in safe mode a push is encrypted' };
const encrypted: Turned = {
  do: 'turn away',
  status: 400,
  reason: 'the push is encrypted; this server reads plain ones',
};
const unknownType: Turned = { do: 'turn away', status: 400, reason: 'encrypt_type is neither raw nor aes' };
/** One text for every way in which what was encrypted can be wrong, so that it tells nothing about the plaintext. */
const unreadable: Turned = { do: 'turn away', status: 400, reason: 'the encrypted push cannot be read' };

/** Different nonces: ten digits, as the platform's. */
const NONCES = 2 ** 32;

const asItIs = (xml: string) => xml;
const unsealed = { current: asItIs, previous: asItIs };

/** Everything wrong with the options, without the keys themselves. */
export function securityProblems(security: Security | undefined): Problem[] {
  if (security === undefined || security.mode === 'plain') return [];
  const problems: Problem[] = [];
  if (security.appid === '') problems.push({ path: 'security.appid', message: 'The appid is empty.' });
  security.keys.forEach((key, index) => {
    const message = key === undefined ? undefined : keyProblem(key);
    if (message !== undefined) problems.push({ path: `security.keys.${index}`, message });
  });
  return problems;
}

/** Throws `CryptError` if `securityProblems` had something to say. */
export function gateFor(token: string, security: Security | undefined): Gate {
  if (security === undefined || security.mode === 'plain') return plainGate(token);
  return secureGate(token, security.mode, new KeyRing(security.appid, security.keys));
}

function plainGate(token: string): Gate {
  return {
    turnedAway: (query) => (isSigned(token, query) ? undefined : unsigned),
    read: (body, query) => {
      try {
        return { do: 'take', message: readInbound(body), seal: asItIs };
      } catch (error) {
        if (!(error instanceof XmlError || error instanceof WireError)) throw error;
        return query.encrypt_type === 'aes' ? encrypted : { do: 'turn away', status: 400, reason: error.message };
      }
    },
  };
}

function secureGate(token: string, mode: EncryptedMode, keys: KeyRing): Gate {
  const plain = plainGate(token);
  const sealWith = (key: KeyName) => (xml: string) =>
    writeEncryptedReply({
      token,
      encrypt: keys.encrypt(xml, key),
      timestampS: Math.floor(wallMs() / 1_000),
      nonce: String(randomInt(NONCES)),
    });
  const sealers = mode === 'safe' ? { current: sealWith('current'), previous: sealWith('previous') } : unsealed;
  return {
    turnedAway(query) {
      const { encrypt_type: type, msg_signature: signature } = query;
      // Only the body shows whether it fits.
      if (type === 'aes') return typeof signature === 'string' ? undefined : unsigned;
      if (type !== undefined && type !== 'raw') return unknownType;
      return mode === 'safe' ? plainInSafeMode : plain.turnedAway(query);
    },
    read(body, query) {
      if (query.encrypt_type !== 'aes') return plain.read(body, query);
      try {
        const { encrypt } = readEnvelope(body);
        if (!isSignedEncrypted(token, query, encrypt)) return unsigned;
        const { message: xml, key } = keys.decrypt(encrypt);
        return { do: 'take', message: readInbound(xml), seal: sealers[key] };
      } catch (error) {
        if (error instanceof CryptError || error instanceof XmlError || error instanceof WireError) return unreadable;
        throw error;
      }
    },
  };
}
