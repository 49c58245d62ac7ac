/** What a player needs of a scenario, in its own units. */
import { US_PER_S } from '../../core/units.js';
import { isNoticeShownFor } from '../delivery/notice.js';
import { catalogueOf } from '../plan/catalogue.js';
import type { Scenario } from '../scenario/schema.js';
import { sentKinds } from '../scenario/sent-kind.js';
import type { PlayerOptions } from './player-options.js';
import { fanReactions } from './reactions.js';

type PlayerSettings = Pick<
  PlayerOptions,
  'templates' | 'speed' | 'promiseUs' | 'policy' | 'laterUs' | 'signsAnew' | 'reactions'
>;

/** `awaitsLaterReply`: the platform's API is served, so an acknowledgement may be followed by a reply. */
export function playerSettings(scenario: Scenario, awaitsLaterReply: boolean): PlayerSettings {
  const { platform, speed, promise, intents } = scenario;
  const catalogue = catalogueOf(scenario);
  return {
    templates: catalogue.templates.map(({ intent, kind }) => ({
      intent,
      kind,
      acknowledgeOnly: intents[catalogue.intents[intent]!]!.expect === 'acknowledged',
      isNoticeShown: isNoticeShownFor(sentKinds[kind]!, scenario),
    })),
    speed,
    promiseUs: promise * US_PER_S,
    policy: {
      attempts: platform.attempts,
      deadlineUs: platform.deadline * US_PER_S,
      gapsUs: (platform.gaps ?? [platform.gap]).map((gap) => gap * US_PER_S),
      retryOnStatus: platform.retryOnStatus,
      retryOnMalformed: platform.retryOnMalformed,
      awaitsLaterReply,
    },
    laterUs: platform.laterReplies * US_PER_S,
    signsAnew: platform.resign,
    reactions: fanReactions(scenario, catalogue),
  };
}
