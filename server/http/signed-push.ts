/** For tests: a push as the platform sends it, signed. */
import type { Inbound } from '../../wechat/inbound.js';
import { pushQuery } from '../../wechat/signature.js';
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

export function signedPush(token: string, message: Inbound, path = CALLBACK_PATH): SignedPush {
  const query = pushQuery({ token, timestampS: message.createTimeS, nonce: '486452656', openid: message.fromUserName });
  return {
    method: 'POST',
    url: `${path}?${query}`,
    headers: { 'content-type': 'text/xml' },
    payload: writeInbound(message),
  };
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
