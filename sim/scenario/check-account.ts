/** The reference server's account: how its parts fit together and with the answers, as far as they are valid. */
import type { AccountSettings } from '../../server/engine/account-settings.js';
import { checkAccount as problemsOf } from '../../server/engine/check-account.js';
import type { Draft } from './draft.js';
import type { Findings } from './finding.js';

const root = ['server', 'account'];

export function checkAccount(draft: Draft, findings: Findings): void {
  const { account, answers } = draft.server ?? {};
  if (!account) return;
  const rules = (answers?.rules ?? []).filter((rule) => rule !== undefined);
  // A rule or button that was turned down may be what a key belongs to.
  const areKeysKnown = rules.length === answers?.rules?.length && account.menu?.every((button) => button !== undefined);
  const checked = { ...account, menu: areKeysKnown === true ? account.menu : undefined };
  for (const { path = '', message } of problemsOf(checked as Partial<AccountSettings>, { rules })) {
    findings.error([...root, ...path.split('.').map(indexOrKey)], message);
  }
}

function indexOrKey(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}
