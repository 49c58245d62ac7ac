import { expect, it } from 'vitest';
import { scenarioSchema } from '../scenario/schema.js';
import { sentKinds } from '../scenario/sent-kind.js';
import { dropCauses, outcomes } from './end.js';
import { isNoticeShownFor, isPostFailure } from './notice.js';

const scenario = (over: object) =>
  scenarioSchema.parse({
    name: 'notice',
    day: { length: '1s' },
    fans: { followers: 1 },
    intents: { all: { says: ['x'] } },
    traffic: [{ name: 'all', model: 'constant', total: 1, sends: 'all' }],
    ...over,
  });

it('comes after a failed post, never after silence, a block, or an answer', () => {
  const failing = dropCauses.filter((cause) => isPostFailure({ outcome: 'dropped', cause }));
  expect(failing).toEqual(['timeout', 'refused', 'reset', 'status', 'malformed']);
  for (const outcome of outcomes) {
    if (outcome !== 'dropped' && outcome !== 'unsent') expect(isPostFailure({ outcome })).toBe(false);
  }
  expect(isPostFailure({ outcome: 'unsent', cause: 'limit' })).toBe(false);
});

it('is WeChat’s, and a webhook’s only by the scenario’s word', () => {
  const channel = { type: 'webhook' };
  expect(isNoticeShownFor('text', scenario({}))).toBe(true);
  expect(isNoticeShownFor('text', scenario({ platform: { notice: false } }))).toBe(false);
  expect(isNoticeShownFor('text', scenario({ channel }))).toBe(false);
  expect(isNoticeShownFor('text', scenario({ channel, platform: { notice: true } }))).toBe(true);
});

it('needs somebody in the chat to see it', () => {
  const unseen = sentKinds.filter((kind) => !isNoticeShownFor(kind, scenario({})));
  expect(unseen).toEqual(['unsubscribe', 'view', 'job-finish']);
});
