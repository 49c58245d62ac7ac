/** The server's metrics, in a registry of their own. What every message counts is added up here and told when asked for. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { eventNames, type Inbound, messageKinds } from '../../wechat/inbound.js';
import { accountGauges } from './account-gauges.js';
import type { AccountService } from './account-service.js';
import { SecondsHistogram } from './seconds-histogram.js';

/**
 * How a push ended. `refused`: bad signature, another account, or the server was stopping; `replayed`: an old signature, or
 * one used for another body; `failed`: a fault's status
 * or reset, or it could not be stored; `unkept`: not taken on, as nothing could be stored; `duplicate`: got the answer of the first post; `expired`: dropped unworked,
 * for it had waited too long or its connection was closed; `unheard`: worked on, but the client had closed by then.
 */
const outcomes = [
  'answered',
  'acknowledged',
  'shed',
  'refused',
  'replayed',
  'malformed',
  'duplicate',
  'failed',
  'unkept',
  'expired',
  'unheard',
] as const;
type Outcome = (typeof outcomes)[number];

export interface Gauges {
  readonly backlog: () => number;
  readonly oldestAgeS: () => number;
  /** Of them those that wait for a worker, and how many may. */
  readonly waiting: () => number;
  readonly queueLimit: number;
  readonly expectedWaitS: () => number;
  readonly isReady: () => boolean;
  readonly service: AccountService;
  /** Texts are sent through the platform's API, and are counted. */
  readonly sendsLater: boolean;
}

/** How a try at a later reply ended; `failed` and `unknown` were the last. */
const laterEnds = ['sent', 'failed', 'retried', 'unknown'] as const;
type LaterEnd = (typeof laterEnds)[number];

export interface Metrics {
  readonly registry: Registry;
  /** Counts a well-formed push by its kind, an event by its name; those not known here as `unknown`. */
  readonly countMessage: (message: Inbound) => void;
  readonly countReply: (rule: string) => void;
  readonly countOutcome: (outcome: Outcome) => void;
  /** A connection was closed by the client before its answer. */
  readonly countCut: () => void;
  readonly countLater: (end: LaterEnd) => void;
  readonly observeWorkS: (workS: number) => void;
  readonly observeResponseS: (responseS: number) => void;
}

// From well below a millisecond to the platform's third deadline.
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60];

// Their names end in `_total` though they are gauges; promtool refuses them.
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const messages = countersOf('peakday_messages_total', 'Well-formed pushes, by kind.', 'kind', registry, [
    ...messageKinds,
    ...eventNames,
  ]);
  const replies = countersOf('peakday_replies_total', 'First answers, by the rule that gave them.', 'rule', registry);
  const ends = countersOf('peakday_outcomes_total', 'Pushes, by how they ended.', 'outcome', registry, outcomes);
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('peakday_backlog', 'Messages taken on and not answered.', gauges.backlog);
  gauge('peakday_oldest_age_seconds', 'Age of the oldest of them.', gauges.oldestAgeS);
  gauge('peakday_waiting', 'Of them those that wait for a worker.', gauges.waiting);
  gauge('peakday_queue_limit', 'How many may wait; beyond it messages are shed.', () => gauges.queueLimit);
  gauge('peakday_expected_wait_seconds', 'How long a new message would wait for a worker.', gauges.expectedWaitS);
  gauge('peakday_ready', '1: it should be sent messages; 0: it has too many (also /readyz).', () =>
    gauges.isReady() ? 1 : 0,
  );
  const cuts = new Counter({
    name: 'peakday_cut_total',
    help: 'Connections closed by the client before their answer.',
    registers,
  });
  let later: (end: LaterEnd) => void = () => {};
  accountGauges(gauges.service, registry);
  if (gauges.sendsLater) {
    const help = 'Replies sent after the push was acknowledged, by how a try ended.';
    later = countersOf('peakday_later_replies_total', help, 'end', registry, laterEnds);
  }
  const histogram = (name: string, help: string) => new SecondsHistogram(name, help, buckets, registry);
  const work = histogram('peakday_work_seconds', 'How long a worker was busy with a message.');
  const response = histogram('peakday_response_seconds', 'From the head of a push to its response.');
  return {
    registry,
    countMessage: (message) => messages(message.kind === 'event' ? message.event : message.kind),
    countReply: replies,
    countOutcome: ends,
    countCut: () => cuts.inc(),
    countLater: later,
    observeWorkS: (workS) => work.observe(workS),
    observeResponseS: (responseS) => response.observe(responseS),
  };
}

/** A counter with one label, as a function that counts one of a value. The values given stand at 0 from the start. */
function countersOf(
  name: string,
  help: string,
  label: string,
  registry: Registry,
  values: readonly string[] = [],
): (value: string) => void {
  // Not in the counter yet. In place: one look-up a message.
  const counts = new Map<string, { count: number }>();
  const counter = new Counter({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    collect() {
      for (const [value, { count }] of counts) this.labels(value).inc(count);
      counts.clear();
    },
  });
  for (const value of values) counter.labels(value).inc(0);
  return (value) => {
    const counted = counts.get(value);
    if (counted === undefined) counts.set(value, { count: 1 });
    else counted.count += 1;
  };
}
