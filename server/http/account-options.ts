/** From the server's options to its account and where it is kept. */
import { wallMs } from '../../core/clock.js';
import { dateIn, localTimeZone, midnightIn } from '../../core/time-zone.js';
import { type AccountSettings, noSettings } from '../engine/account-settings.js';
import type { CampaignDay } from '../engine/campaign-day.js';
import type { DayStart } from '../engine/day-clock.js';
import type { Rules } from '../engine/rules.js';
import { LibsqlStore, type StoreOptions } from '../store/libsql-store.js';
import { MemoryAccountStore } from '../store/memory-account-store.js';
import { AccountService, type ServiceOptions } from './account-service.js';

/** `memory`, or the file it is kept in. */
export type StoreChoice = 'memory' | ({ readonly file: string } & StoreOptions);

export interface AccountOptions {
  readonly answers: Rules;
  /** What it does beside; default: nothing. */
  readonly settings?: AccountSettings;
  /** Work times, faults and draws of a lottery follow from it. */
  readonly seed: number;
  /** Where moments of games stand on the wall's clock; default: today, or the day begun on the store. May move. */
  readonly day?: DayStart | CampaignDay;
}

export function setupOf({ answers, settings = noSettings, seed, day }: AccountOptions): ServiceOptions['setup'] {
  return { answers, settings, seed, day: day ?? campaignDay() };
}

/** Throws a UserError when the file cannot be had. */
export async function openService(options: AccountOptions, choice: StoreChoice): Promise<AccountService> {
  const store = choice === 'memory' ? new MemoryAccountStore() : await LibsqlStore.open(choice.file, choice);
  try {
    return await AccountService.open({ store, setup: setupOf(options) });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The scenario's day, at its own speed. `date`: like `2026-11-30`, of that zone; default: today. */
export function campaignDay(timeZone: string = localTimeZone(), date?: string): CampaignDay {
  const shown = date ?? dateIn(timeZone, wallMs());
  return { choice: date === undefined ? 'today' : 'fixed', date: shown, midnightMs: midnightIn(timeZone, shown)! };
}
