/** What may be wrong with the settings of the staff's side: asked of every server, before that side is loaded. */
import type { Problem } from '../../../core/problem.js';
import { tableNames } from '../../store/table-layout.js';
import { type WebhookSettings, webhookProblems } from './webhook-settings.js';

const TOKEN_LENGTH = 8;

export interface StaffAccess {
  /** Whoever has it may do everything there. */
  readonly staffToken: string;
  readonly webhooks?: readonly WebhookSettings[];
}

/** All that is wrong with a token and webhooks. */
export function staffProblems({ staffToken, webhooks = [] }: StaffAccess): Problem[] {
  const problems = webhooks.flatMap((webhook) => webhookProblems(webhook, tableNames));
  if (staffToken.length < TOKEN_LENGTH) {
    problems.push({
      path: 'staffToken',
      message: `Take a staff token of at least ${TOKEN_LENGTH} characters: --staff-token or PEAKDAY_STAFF_TOKEN.`,
    });
  }
  return problems;
}
