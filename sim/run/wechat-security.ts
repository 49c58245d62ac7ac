/** The three security modes of the wire (WECHAT §2): what a push looks like, how it is signed, how an answer is opened. */
import { wallMs } from '../../core/clock.js';
import { mix32 } from '../../core/random.js';
import { encryptIn, type PushMode, writeCompatiblePush, writeSafePush } from '../../wechat/envelope.js';
import { type AesKeys, KeyRing } from '../../wechat/key-ring.js';
import { openReply, writeEncryptedReply } from '../../wechat/reply-envelope.js';
import { encryptedPushQuery, pushQuery } from '../../wechat/signature.js';

export interface WireSecurity {
  /** The body of a push, from the plain XML. */
  seal(xml: string): string;
  /** The query of one post of that body, signed with a nonce of its own. */
  query(openid: string | undefined, body: string): string;
  /** The plain body of an answer; undefined: it is no answer in this mode. */
  open(body: string): string | undefined;
  /** Why that is none. */
  whyUnopened(body: string): string;
  /** The plain XML of a body we sealed, and an answer sealed as a server would: for warming up. */
  unseal(body: string): string;
  sealAnswer(xml: string): string;
}

export interface WireSecurityOptions {
  readonly mode: PushMode;
  readonly token: string;
  readonly account: string;
  readonly appid: string;
  /** Needed for all but plain mode. */
  readonly aesKeys: AesKeys | undefined;
  /** Where the nonces start. */
  readonly nonceSeed: number;
  /** Which of the streams that share that seed: no two give the same nonce. */
  readonly stream?: NonceStream | undefined;
}

/** The n-th of so many. */
export interface NonceStream {
  readonly n: number;
  readonly of: number;
}

export function wireSecurity(options: WireSecurityOptions): WireSecurity {
  const { mode, token, account, appid, aesKeys, nonceSeed, stream = { n: 0, of: 1 } } = options;
  let drawn = 0;
  const nonce = () => String(mix32(nonceSeed, stream.n + stream.of * drawn++));
  const nowS = () => Math.floor(wallMs() / 1_000);
  if (mode === 'plain') {
    return {
      seal: (xml) => xml,
      query: (openid) => pushQuery({ token, timestampS: nowS(), nonce: nonce(), openid }),
      open: (body) => body,
      whyUnopened: () => '',
      unseal: (body) => body,
      sealAnswer: (xml) => xml,
    };
  }
  if (aesKeys === undefined) throw new Error(`${mode} mode without a key`);
  const keys = new KeyRing(appid, aesKeys);
  return {
    seal(xml) {
      const encrypt = keys.encrypt(xml);
      return mode === 'safe' ? writeSafePush(account, encrypt) : writeCompatiblePush(xml, encrypt);
    },
    query: (openid, body) =>
      encryptedPushQuery({ token, timestampS: nowS(), nonce: nonce(), openid, encrypt: encryptIn(body) }),
    open(body) {
      const opened = openReply(body, { token, keys, mode });
      if (opened.kind === 'malformed') return undefined;
      return opened.kind === 'plain' ? opened.body : opened.xml;
    },
    whyUnopened(body) {
      const opened = openReply(body, { token, keys, mode });
      return opened.kind === 'malformed' ? opened.reason : '';
    },
    unseal: (body) => keys.decrypt(encryptIn(body)).message,
    sealAnswer: (xml) =>
      mode === 'safe'
        ? writeEncryptedReply({ token, encrypt: keys.encrypt(xml), timestampS: nowS(), nonce: nonce() })
        : xml,
  };
}
