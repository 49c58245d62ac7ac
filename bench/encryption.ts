/** What safe mode costs a message (section 2 of the wire notes), beside what plain mode costs. In this thread. */
import { monotonicClock } from '../core/clock.js';
import { encryptIn, writeSafePush } from '../wechat/envelope.js';
import type { Inbound } from '../wechat/inbound.js';
import { KeyRing } from '../wechat/key-ring.js';
import { readReply } from '../wechat/read-reply.js';
import { openReply, writeEncryptedReply } from '../wechat/reply-envelope.js';
import { encryptedPushQuery, pushQuery } from '../wechat/signature.js';
import { writeInbound } from '../wechat/write-inbound.js';
import { writeReply } from '../wechat/write-reply.js';

/** Microseconds of one message: medians over rounds that are interleaved. */
export interface EncryptionCost {
  /** To encrypt a text push's XML and put it into its body. */
  readonly encryptUs: number;
  /** To decrypt it. */
  readonly decryptUs: number;
  /** To parse, verify and decrypt an encrypted text reply: `openReply`. */
  readonly openReplyUs: number;
  /** Plain mode's part, which safe mode pays too: to write and sign that push and to read the plain reply. */
  readonly plainUs: number;
  /** All of the generator's in safe mode: the plain part, encryption, the second signature, and `openReply`. */
  readonly safeUs: number;
}

const ROUNDS = 151;
/** Messages of one sort in a round: a millisecond or two, so that a busy neighbour spoils few rounds. */
const BATCH = 100;
const WARM_UP_ROUNDS = 50;

const token = 'AAAAA';
const timestampS = 1_679_979_471;
const nonce = '486452656';
const message: Inbound = {
  kind: 'text',
  toUserName: 'gh_7e79f322efe2',
  fromUserName: 'osRxAs1NM8hTkWrVlAwYajNjZrYw',
  createTimeS: timestampS,
  content: '快速排序',
  msgId: '24051524690104385',
};
const signed = { token, timestampS, nonce, openid: message.fromUserName };

export function encryptionCost(): EncryptionCost {
  const keys = new KeyRing('wxba5fad812f8e6fb9', ['A'.repeat(43)]);
  const push = writeInbound(message);
  const reply = writeReply({
    kind: 'text',
    toUserName: message.fromUserName,
    fromUserName: message.toUserName,
    createTime: timestampS,
    content: '您的订单 202311110042 已发货，预计明天送达。',
  });
  const encrypted = keys.encrypt(push);
  const sealed = writeEncryptedReply({ token, timestampS, nonce, encrypt: keys.encrypt(reply) });
  const security = { token, keys, mode: 'safe' } as const;
  const sorts = {
    encryptUs: () => writeSafePush(message.toUserName, keys.encrypt(push)),
    decryptUs: () => keys.decrypt(encrypted),
    openReplyUs: () => openReply(sealed, security),
    plainUs: () => {
      // Its bytes counted, as a client does: until then V8 has put the string together only on paper.
      Buffer.byteLength(writeInbound(message));
      pushQuery(signed);
      readReply(reply);
    },
    safeUs: () => {
      const body = writeSafePush(message.toUserName, keys.encrypt(writeInbound(message)));
      Buffer.byteLength(body);
      encryptedPushQuery({ ...signed, encrypt: encryptIn(body) });
      const opened = openReply(sealed, security);
      if (opened.kind === 'encrypted') readReply(opened.xml);
    },
  };
  const rounds: EncryptionCost[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const costs = {
      encryptUs: messageUs(sorts.encryptUs),
      decryptUs: messageUs(sorts.decryptUs),
      openReplyUs: messageUs(sorts.openReplyUs),
      plainUs: messageUs(sorts.plainUs),
      safeUs: messageUs(sorts.safeUs),
    };
    if (round >= 0) rounds.push(costs);
  }
  const medianOf = (part: keyof EncryptionCost) => median(rounds.map((costs) => costs[part]));
  return {
    encryptUs: medianOf('encryptUs'),
    decryptUs: medianOf('decryptUs'),
    openReplyUs: medianOf('openReplyUs'),
    plainUs: medianOf('plainUs'),
    safeUs: medianOf('safeUs'),
  };
}

function messageUs(run: () => unknown): number {
  const startUs = monotonicClock.nowUs();
  for (let i = 0; i < BATCH; i += 1) run();
  return (monotonicClock.nowUs() - startUs) / BATCH;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
