/** The WeChat official-account channel: pushes as the platform writes them, replies as it reads them. */
import { wallMs } from '../../core/clock.js';
import { unreachable } from '../../core/problem.js';
import { mix32 } from '../../core/random.js';
import type { Inbound } from '../../wechat/inbound.js';
import type { AesKeys } from '../../wechat/key-ring.js';
import { readReply } from '../../wechat/read-reply.js';
import { shownText } from '../../wechat/reply.js';
import { sign } from '../../wechat/signature.js';
import { writeInbound } from '../../wechat/write-inbound.js';
import { writeReply } from '../../wechat/write-reply.js';
import { type Check, compileExpectation } from '../delivery/expectation.js';
import { catalogueOf } from '../plan/catalogue.js';
import type { FanBook } from '../plan/fan-book.js';
import { compileWording } from '../plan/wording.js';
import type { OutgoingMessage, ReadAnswer } from '../player/channel.js';
import type { Scenario } from '../scenario/schema.js';
import { type SentKind, sentKinds } from '../scenario/sent-kind.js';
import { EventSeconds } from './event-seconds.js';
import { messageNumber, type RunMark } from './message-number.js';
import { type NonceStream, wireSecurity } from './wechat-security.js';
import type { WireChannel } from './wire-channel.js';

export interface WechatChannelOptions {
  readonly scenario: Pick<Scenario, 'intents' | 'platform' | 'fans'>;
  readonly book: FanBook;
  readonly token: string;
  /** For all but plain mode. */
  readonly aesKeys?: AesKeys | undefined;
  /** Path of the callback, with any query of its own. */
  readonly path: string;
  /** Where its MsgIds begin, and its nonces: no two runs share one. */
  readonly runMark: RunMark;
  /** Of the channels of one run; no two use the same nonce. */
  readonly stream?: NonceStream | undefined;
}

/** Headers of a real push (WECHAT §2). */
const headers = { 'content-type': 'text/xml', accept: '*/*', pragma: 'no-cache', 'user-agent': 'Mozilla/4.0' };

export function wechatChannel({
  scenario,
  book,
  token,
  aesKeys,
  path,
  runMark,
  stream,
}: WechatChannelOptions): WireChannel {
  const { account, openidParameter } = scenario.platform;
  const { templates, intents } = catalogueOf(scenario);
  const wordings = templates.map(({ text }) => (text === undefined ? undefined : compileWording(text)));
  const checks = intents.map((name): Check => compileExpectation(scenario.intents[name]!.expect));
  const sceneOf = sceneDraw(scenario.fans.sources);
  const separator = path.includes('?') ? '&' : '?';
  let eventSeconds = new EventSeconds();
  const security = wireSecurity({
    mode: scenario.platform.mode,
    token,
    account,
    appid: scenario.platform.appid,
    aesKeys,
    nonceSeed: runMark.low,
    stream,
  });

  return {
    headers,
    write(message) {
      return security.seal(writeInbound(inbound(message)));
    },
    path(message, body) {
      return `${path}${separator}${security.query(openidParameter ? book.openid(message.fan) : undefined, body)}`;
    },
    check(echo) {
      const timestamp = String(nowS());
      const nonce = String(mix32(runMark.low, echo.length));
      return `${path}${separator}signature=${sign(token, timestamp, nonce)}&timestamp=${timestamp}&nonce=${nonce}&echostr=${echo}`;
    },
    forget() {
      eventSeconds = new EventSeconds();
    },
    sampleAnswer(body) {
      const toUserName = /<FromUserName><!\[CDATA\[(.*?)\]\]>/.exec(security.unseal(body))?.[1] ?? '';
      const reply = {
        kind: 'text',
        toUserName,
        fromUserName: account,
        createTime: nowS(),
        content: 'warm 预热',
      } as const;
      return security.sealAnswer(writeReply(reply));
    },
    isRight: (shown, { fan, template, seed }) => checks[templates[template]!.intent]!.isRight(shown, book, fan, seed),
    read(status, body, message): ReadAnswer {
      if (status !== 200) return { answer: { type: 'status' } };
      const plain = security.open(body);
      if (plain === undefined) return { answer: { type: 'malformed' }, reason: security.whyUnopened(body) };
      const passive = readReply(plain);
      if (passive.kind === 'malformed') return { answer: { type: 'malformed' }, reason: passive.reason };
      if (passive.kind !== 'reply') return { answer: { type: passive.kind } };
      const { reply } = passive;
      const template = templates[message.template]!;
      const shown = { kind: reply.kind, text: shownText(reply, isEvent(sentKinds[template.kind]!) ? 'event' : 'text') };
      if (reply.toUserName !== book.openid(message.fan))
        return { answer: { type: 'reply', check: 'misaddressed' }, shown };
      const isRight = checks[template.intent]!.isRight(shown, book, message.fan, message.seed);
      return { answer: { type: 'reply', check: isRight ? 'right' : 'wrong' }, shown };
    },
  };

  function inbound(message: OutgoingMessage): Inbound {
    const { fan, seed } = message;
    const template = templates[message.template]!;
    const kind = sentKinds[template.kind]!;
    const createTimeS = isEvent(kind) ? eventSeconds.next(fan, nowS()) : nowS();
    const pushed = { toUserName: account, fromUserName: book.openid(fan), createTimeS };
    const msgId = messageNumber(runMark, message.id);
    const numbered = { ...pushed, msgId };
    const mediaId = `media${seed.toString(36)}`;
    const picUrl = `http://mmbiz.qpic.cn/mmbiz/${seed.toString(36)}/0`;
    const key = template.key ?? '';
    switch (kind) {
      case 'text':
        return { kind, ...numbered, content: wordings[message.template]!(book, fan, seed) };
      case 'image':
        return { kind, ...numbered, picUrl, mediaId };
      case 'voice':
        return { kind, ...numbered, mediaId, format: 'amr' };
      case 'video':
      case 'shortvideo':
        return { kind, ...numbered, mediaId, thumbMediaId: `thumb${seed.toString(36)}` };
      case 'location': {
        // Somewhere between Guangzhou and Harbin.
        const locationX = 23 + (seed % 22_000) / 1_000;
        const locationY = 104 + (mix32(seed, 1) % 22_000) / 1_000;
        return { kind, ...numbered, locationX, locationY, scale: 16, label: book.variable('city', fan, seed) };
      }
      case 'link':
        return { kind, ...numbered, title: key, description: key, url: picUrl };
      case 'subscribe': {
        const scene = sceneOf(fan);
        const found =
          scene === undefined ? { eventKey: '' } : { eventKey: `qrscene_${scene}`, ticket: `ticket_${scene}` };
        return { kind: 'event', event: 'subscribe', ...pushed, ...found };
      }
      case 'unsubscribe':
        return { kind: 'event', event: 'unsubscribe', ...pushed, eventKey: '' };
      case 'scan':
        return { kind: 'event', event: 'SCAN', ...pushed, eventKey: key, ticket: `ticket_${key}` };
      case 'click':
        return { kind: 'event', event: 'CLICK', ...pushed, eventKey: key };
      case 'view':
        return { kind: 'event', event: 'VIEW', ...pushed, eventKey: key };
      case 'job-finish':
        return { kind: 'event', event: 'TEMPLATESENDJOBFINISH', ...pushed, msgId, status: 'success' };
      default:
        return unreachable(kind);
    }
  }
}

function isEvent(kind: SentKind): boolean {
  switch (kind) {
    case 'subscribe':
    case 'unsubscribe':
    case 'scan':
    case 'click':
    case 'view':
    case 'job-finish':
      return true;
    default:
      return false;
  }
}

/** The QR scene through which a fan came, by the sources' shares; the same for a fan whenever asked. */
function sceneDraw(sources: Scenario['fans']['sources']): (fan: number) => string | undefined {
  return (fan) => {
    let place = mix32(fan, 0x5ce0e) / 2 ** 32;
    for (const source of sources) {
      place -= source.share;
      if (place < 0) return source.scene;
    }
    return undefined;
  };
}

function nowS(): number {
  return Math.floor(wallMs() / 1_000);
}
