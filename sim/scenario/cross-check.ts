/** Checks across fields, which the schema alone cannot make. All are made; each tells what it finds by path. */
import { checkAnswers } from './check-answers.js';
import { checkChannel } from './check-channel.js';
import { checkDay } from './check-day.js';
import { checkFans } from './check-fans.js';
import { checkGates } from './check-gates.js';
import { checkIntents } from './check-intents.js';
import { checkNetwork } from './check-network.js';
import { checkPeople } from './check-people.js';
import { checkPlatformApi } from './check-platform-api.js';
import { checkTraffic } from './check-traffic.js';
import type { Draft } from './draft.js';
import type { Finding, Findings } from './finding.js';

export interface CrossCheck {
  /** The scenario cannot be played like this. */
  readonly errors: readonly Finding[];
  /** It can, but probably means something else. */
  readonly warnings: readonly Finding[];
}

export function crossCheck(draft: Draft): CrossCheck {
  const errors: Finding[] = [];
  const warnings: Finding[] = [];
  const findings: Findings = {
    error: (path, message, onKey = false) => errors.push({ path, message, onKey }),
    warning: (path, message, onKey = false) => warnings.push({ path, message, onKey }),
  };
  for (const check of [
    checkDay,
    checkNetwork,
    checkFans,
    checkIntents,
    checkTraffic,
    checkAnswers,
    checkGates,
    checkChannel,
    checkPlatformApi,
    checkPeople,
  ]) {
    check(draft, findings);
  }
  return { errors, warnings };
}
