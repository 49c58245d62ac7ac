/** A scenario's `server:` part, as the reply server takes it; the same for `run` and `serve`. */
import type { ReplyServerOptions } from '../../server/http/build-server.js';
import type { Scenario } from '../scenario/schema.js';

type Capacity = Required<
  Pick<
    ReplyServerOptions,
    | 'answers'
    | 'settings'
    | 'workers'
    | 'workTime'
    | 'contention'
    | 'queue'
    | 'order'
    | 'deadlineS'
    | 'dedupe'
    | 'maxAgeS'
    | 'seed'
  >
>;

export function referenceOptions({ server, platform, seed }: Scenario): Capacity {
  const { answers, account, workers, workTime, contention, queue, order, deadline, dedupe, maxAge } = server;
  return {
    answers,
    settings: account,
    workers,
    workTime,
    contention,
    queue,
    order,
    dedupe,
    deadlineS: deadline ?? platform.deadline,
    maxAgeS: maxAge,
    seed,
  };
}
