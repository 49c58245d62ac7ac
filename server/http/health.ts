/** What /healthz and /readyz say of the account and its store. */
import { oldestInboxAgeS } from './account-gauges.js';
import type { AccountService } from './account-service.js';
import type { LaterReplies } from './later-replies.js';

const MS_PER_S = 1_000;

/** `trouble`: why the last commit failed; then nothing new is taken on, and it is tried again. */
export function storeHealth(service: AccountService) {
  const { waiting, commits, failures } = service.counts;
  const trouble = service.trouble === undefined ? {} : { trouble: service.trouble.message };
  return { waiting, commits, failures, ...trouble };
}

export function outboxHealth(service: AccountService, { outbox }: LaterReplies) {
  const { unknown } = service.account.sending.counts;
  const pausedBy = outbox.pausedBy === undefined ? {} : { outboxPausedBy: outbox.pausedBy };
  return { outbox: outbox.size, outboxUnknown: unknown, ...pausedBy, ...troubleHealth(service) };
}

function troubleHealth(service: AccountService) {
  if (service.sendTrouble === undefined) return {};
  const { why, code, sinceMs } = service.sendTrouble;
  const sinceS = Math.max(0, service.nowMs() - sinceMs) / MS_PER_S;
  return { outboxTrouble: why, outboxTroubleCode: code, outboxTroubleSinceS: sinceS };
}

export function inboxHealth(service: AccountService) {
  const { open, claimed, evicted } = service.account.desk.inbox;
  return { open, claimed, evicted, oldestAgeS: oldestInboxAgeS(service) };
}
