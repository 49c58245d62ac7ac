/** Flags of `serve` for the staff's side: the console, the API, webhooks. */
import type { Options } from 'yargs';
import type { StaffOptions } from '../../server/http/staff/add-staff.js';

export interface StaffFlags {
  readonly staffToken?: string | undefined;
  readonly webhook?: readonly string[] | undefined;
  readonly webhookSecret?: string | undefined;
  readonly webhookTypes?: string | undefined;
  readonly webhookAnywhere?: boolean | undefined;
}

/** Those that the environment may set. */
export const staffEnvironment = [
  'staff-token',
  'webhook',
  'webhook-secret',
  'webhook-types',
  'webhook-anywhere',
] as const;

export const staffFlags = {
  'staff-token': {
    type: 'string',
    requiresArg: true,
    describe: 'Opens /console and /api/v1 to who knows it (better: PEAKDAY_STAFF_TOKEN)',
  },
  webhook: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'Posts each event to this address, in order, again until it is taken',
  },
  'webhook-secret': {
    type: 'string',
    requiresArg: true,
    describe: 'Signs what is posted: HMAC-SHA256 (better: PEAKDAY_WEBHOOK_SECRET)',
  },
  'webhook-types': {
    type: 'string',
    requiresArg: true,
    describe: 'Only these events, like message,reply,inbox; default: all',
  },
  'webhook-anywhere': {
    type: 'boolean',
    describe: 'Webhooks may lead out of this machine and its private networks',
  },
} as const satisfies Record<string, Options>;

/** As the server takes them. Nothing: there is no staff's side. */
export function staffOf(flags: StaffFlags): Pick<StaffOptions, 'webhooks'> & { readonly staffToken?: string } {
  const { staffToken, webhook, webhookSecret, webhookTypes, webhookAnywhere } = flags;
  if (staffToken === undefined && webhook === undefined) return {};
  const webhooks = [webhook ?? []].flat().map((url) => ({
    url,
    // Flags from the environment may come as numbers.
    secret: String(webhookSecret ?? ''),
    types: webhookTypes?.split(',').map((type) => type.trim()),
    isForeignAllowed: webhookAnywhere === true,
  }));
  return { staffToken: String(staffToken ?? ''), webhooks };
}
