/** For tests: a push as the platform sends it, signed, in each mode. */
import { wallMs } from '../../core/clock.js';
import { type EncryptedMode, encryptIn, writeCompatiblePush, writeSafePush } from '../../wechat/envelope.js';
import type { Inbound } from '../../wechat/inbound.js';
import type { KeyName, KeyRing } from '../../wechat/key-ring.js';
import { encryptedPushQuery, pushQuery } from '../../wechat/signature.js';
import { writeInbound } from '../../wechat/write-inbound.js';
import { CALLBACK_PATH } from './callback.js';

/** A request for `inject`, and for a client. */
export interface SignedPush {
  readonly method: 'POST';
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
}

const NONCE = '486452656';
const headers = { 'content-type': 'text/xml' };

/** `nonce` given: signed now, with that nonce. */
export function signedPush(token: string, message: Inbound, path = CALLBACK_PATH, nonce?: string): SignedPush {
  const timestampS = nonce === undefined ? message.createTimeS : Math.floor(wallMs() / 1_000);
  const query = pushQuery({ token, timestampS, nonce: nonce ?? NONCE, openid: message.fromUserName });
  return { method: 'POST', url: `${path}?${query}`, headers, payload: writeInbound(message) };
}

export interface Encryption {
  readonly mode: EncryptedMode;
  readonly keys: KeyRing;
  /** Default: the current one. */
  readonly key?: KeyName;
}

export function encryptedPush(token: string, message: Inbound, { mode, keys, key }: Encryption): SignedPush {
  const xml = writeInbound(message);
  const encrypt = keys.encrypt(xml, key);
  const body = mode === 'safe' ? writeSafePush(message.toUserName, encrypt) : writeCompatiblePush(xml, encrypt);
  return signedBody(token, message, body);
}

/** A body with an `Encrypt` in it, whatever else, signed as the push of that message. */
export function signedBody(token: string, message: Inbound, body: string): SignedPush {
  const { createTimeS: timestampS, fromUserName: openid } = message;
  const query = encryptedPushQuery({ token, timestampS, nonce: NONCE, openid, encrypt: encryptIn(body) });
  return { method: 'POST', url: `${CALLBACK_PATH}?${query}`, headers, payload: body };
}

/** A text message. Equal numbers are posts of one message; `fan` defaults to one for each message. */
export function textMessage(number: number, content: string, fan = `fan-${number}`): Inbound {
  return {
    kind: 'text',
    toUserName: 'gh_7e79f322efe2',
    fromUserName: fan,
    createTimeS: 1_679_979_471,
    content,
    msgId: String(24_051_524_690_000_000n + BigInt(number)),
  };
}
