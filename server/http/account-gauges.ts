/** How the account and its store stand, as metrics. Read when they are asked for: none of it costs a message anything. */
import { Gauge, type Registry } from 'prom-client';
import { US_PER_MS, US_PER_S } from '../../core/units.js';
import type { AccountService } from './account-service.js';

const MS_PER_S = US_PER_S / US_PER_MS;

export function accountGauges(service: AccountService, registry: Registry): void {
  const { account } = service;
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const gauges = (name: string, help: string, label: string, read: () => Iterable<readonly [string, number]>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [value, number] of read()) this.set({ [label]: value }, number);
      },
    });
  gauge('peakday_store_waiting', 'Changes decided on and not on disk yet.', () => service.counts.waiting);
  gauge('peakday_store_commits', 'Commits since the start.', () => service.counts.commits);
  gauge('peakday_store_failures', 'Commits that failed, since the start.', () => service.counts.failures);
  gauge('peakday_store_trouble', '1: the last commit failed, nothing new is taken on.', () =>
    service.trouble === undefined ? 0 : 1,
  );
  gauges('peakday_inbox', 'Messages that wait, or waited, for a person.', 'state', () => {
    const { open, claimed, evicted } = account.desk.inbox;
    return Object.entries({ open, claimed, evicted });
  });
  gauge('peakday_inbox_oldest_age_seconds', 'Age of the oldest open one.', () => oldestInboxAgeS(service));
  gauge('peakday_outbox', 'Texts waiting or being sent through the API.', () => account.sending.size);
  gauge(
    'peakday_outbox_trouble',
    '1: no text can be sent: the API cannot be reached, gives no answer, no token, or takes no more; from the first failure on.',
    () => (service.sendTrouble === undefined ? 0 : 1),
  );
  gauges('peakday_outbox_texts', 'Texts to be sent, by state; `unknown` ones wait for a person.', 'state', () =>
    Object.entries(account.sending.counts),
  );
  gauges('peakday_issued', 'Prizes and rights given out.', 'game', () =>
    account.games().map(({ name, issued }) => [name, issued] as const),
  );
}

export function oldestInboxAgeS(service: AccountService): number {
  const oldest = service.account.desk.inbox.oldestOpen();
  return oldest === undefined ? 0 : Math.max(0, service.nowMs() - oldest.arrivedMs) / MS_PER_S;
}
