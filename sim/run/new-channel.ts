/** The channel a scenario speaks: WeChat, unless it says otherwise. */
import type { FanBook } from '../plan/fan-book.js';
import type { Scenario } from '../scenario/schema.js';
import type { RunMark } from './message-number.js';
import type { Target } from './shard.js';
import { webhookChannel } from './webhook-channel.js';
import { wechatChannel } from './wechat-channel.js';
import type { NonceStream } from './wechat-security.js';
import type { WireChannel } from './wire-channel.js';

export interface NewChannelOptions {
  readonly scenario: Scenario;
  readonly book: FanBook;
  readonly target: Pick<Target, 'path' | 'token' | 'aesKeys'>;
  readonly runMark: RunMark;
  /** Where the target's later replies come in, if it is to be told in the messages. */
  readonly callbackUrl: string | undefined;
  /** Which of the channels of the run it is. */
  readonly stream?: NonceStream | undefined;
}

export function newChannel({ scenario, book, target, runMark, callbackUrl, stream }: NewChannelOptions): WireChannel {
  const { path, token, aesKeys } = target;
  if (scenario.channel === undefined) return wechatChannel({ scenario, book, token, aesKeys, path, runMark, stream });
  return webhookChannel({ settings: scenario.channel, scenario, book, secret: token, path, runMark, callbackUrl });
}
