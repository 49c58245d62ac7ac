import { expect, it } from 'vitest';
import { staffProblems } from '../../server/http/staff/staff-problems.js';
import { staffOf } from './staff-flags.js';

it('makes options of flags, and leaves the staff out without any', () => {
  expect(staffOf({})).toEqual({});
  const flags = { staffToken: 'staff-token', webhook: ['http://127.0.0.1/a'], webhookSecret: 'not-for-all' };
  const { staffToken, webhooks } = staffOf({ ...flags, webhookTypes: 'message, inbox' });
  expect(staffToken).toBe('staff-token');
  expect(webhooks).toEqual([
    { url: 'http://127.0.0.1/a', secret: 'not-for-all', types: ['message', 'inbox'], isForeignAllowed: false },
  ]);
  expect(staffProblems({ staffToken: 'staff-token', webhooks: webhooks! })).toEqual([]);
});

it('tells all that is wrong at once: a webhook without token and secret', () => {
  const { staffToken = '', webhooks = [] } = staffOf({ webhook: ['http://8.8.8.8/'], webhookTypes: 'nothing' });
  const paths = staffProblems({ staffToken, webhooks }).map(({ path }) => path);
  expect(paths).toEqual(['webhook.secret', 'webhook.types', 'webhook.url', 'staffToken']);
});
