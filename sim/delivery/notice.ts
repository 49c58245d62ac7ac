/**
 * The failure notice: what WeChat shows a fan when the last post of a message has failed (WECHAT §4). Silence after an
 * acknowledgement shows nothing, nor does a message that was never posted.
 */

import type { Scenario } from '../scenario/schema.js';
import type { SentKind } from '../scenario/sent-kind.js';
import { type End, postFailures } from './end.js';

export const noticeText = '该公众号暂时无法提供服务，请稍后再试';

/** Kinds that leave nobody waiting in the chat: the fan has left, is on a web page, or never did anything. */
const unattended: readonly SentKind[] = ['unsubscribe', 'view', 'job-finish'];

/** Whether this platform shows the notice for a message of that kind: as the scenario says, or as WeChat does. */
export function isNoticeShownFor(
  kind: SentKind,
  { platform, channel }: Pick<Scenario, 'platform' | 'channel'>,
): boolean {
  return (platform.notice ?? channel === undefined) && !unattended.includes(kind);
}

export function isPostFailure(end: End): boolean {
  return end.outcome === 'dropped' && (postFailures as readonly string[]).includes(end.cause);
}
