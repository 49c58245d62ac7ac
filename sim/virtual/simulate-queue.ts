/** A scenario with a plain queue: its traffic through the queue, and the ledger of it. */
import { randomStream } from '../../core/random.js';
import { durationDraw, type RandomDuration } from '../../core/random-duration.js';
import { US_PER_S } from '../../core/units.js';
import { causes, outcomes } from '../delivery/end.js';
import { createLedger } from '../ledger/ledger.js';
import type { Plan } from '../plan/plan.js';
import type { QueueSettings } from '../scenario/queue.js';
import type { Scenario } from '../scenario/schema.js';
import type { Simulated } from './facts.js';
import { Fate, type PlainQueue, serveQueue } from './plain-queue.js';
import { Trace } from './trace.js';

const [answered, late, dropped] = (['answered', 'late', 'dropped'] as const).map((end) => outcomes.indexOf(end));
const [none, timeout, status] = (['none', 'timeout', 'status'] as const).map((cause) => causes.indexOf(cause));

export function simulateQueue(scenario: Scenario, settings: QueueSettings, plan: Plan, seed: number): Simulated {
  const { columns, startDayS } = plan;
  const { length } = columns;
  const arrival = columns.dueUs.map((dueUs) => (dueUs - startDayS * US_PER_S) / scenario.speed);
  const queue: PlainQueue = {
    servers: settings.servers,
    waiting: settings.waiting ?? Number.POSITIVE_INFINITY,
    arrival,
    work: draws(length, settings.work, seed, 'work-time'),
    patience: settings.patience && draws(length, settings.patience, seed, 'queue-patience'),
    rank: ranksOf(scenario, settings, plan),
  };
  const { start, end, fate, waitingMost } = serveQueue(queue);
  const ledger = createLedger(length);
  const trace = new Trace();
  const counts = [0, 0, 0];
  let [busyUs, waitedUs, durationUs] = [0, 0, 0];
  for (let id = 0; id < length; id++) {
    const customer = fate[id]!;
    const isServed = customer === Fate.served;
    counts[customer]!++;
    const doneUs = end[id]!;
    durationUs = Math.max(durationUs, doneUs);
    if (isServed) {
      if (start[id]! < arrival[id]!) throw new Error(`customer ${id} was served before it had come`);
      busyUs += doneUs - start[id]!;
      waitedUs += start[id]! - arrival[id]!;
    }
    const isLate = doneUs - arrival[id]! > scenario.promise * US_PER_S;
    ledger.id[id] = id;
    ledger.fan[id] = columns.fan[id]!;
    ledger.template[id] = columns.template[id]!;
    ledger.intent[id] = plan.catalogue.templates[columns.template[id]!]!.intent;
    ledger.part[id] = columns.part[id]!;
    ledger.kind[id] = columns.kind[id]!;
    ledger.outcome[id] = isServed ? (isLate ? late! : answered!) : dropped!;
    ledger.cause[id] = isServed ? none! : customer === Fate.left ? timeout! : status!;
    ledger.attempts[id] = 1;
    ledger.status[id] = customer === Fate.turnedAway ? 503 : isServed ? 200 : 0;
    ledger.dueUs[id] = arrival[id]!;
    ledger.sentUs[id] = arrival[id]!;
    ledger.lastSentUs[id] = arrival[id]!;
    ledger.doneUs[id] = doneUs;
    trace.add(customer, doneUs, id);
  }
  const [worked, turnedAway, left] = counts as [number, number, number];
  return {
    ledger,
    facts: {
      traceHash: trace.hash,
      steps: trace.steps,
      durationUs,
      stoppedUs: undefined,
      failedPosts: { timeout: left, refused: 0, reset: 0, status: turnedAway, malformed: 0 },
      strayReplies: 0,
      exhibits: [],
      server: {
        accepted: length,
        worked,
        shed: turnedAway,
        expired: left,
        refused: 0,
        cut: 0,
        crashed: 0,
        utilisation: durationUs === 0 ? 0 : busyUs / (settings.servers * durationUs),
        meanWaitUs: worked === 0 ? 0 : waitedUs / worked,
        waitingMost,
      },
      desk: undefined,
    },
  };
}

/** One for each customer, in order of arrival: two queues with the same seed get the same customers. */
function draws(length: number, spec: RandomDuration, seed: number, stream: string): Float64Array {
  const draw = durationDraw({ ...spec, mean: spec.mean * US_PER_S }, randomStream(seed, stream));
  const drawn = new Float64Array(length);
  for (let customer = 0; customer < length; customer++) drawn[customer] = draw();
  return drawn;
}

function ranksOf({ traffic }: Scenario, { first }: QueueSettings, { columns }: Plan): Uint8Array | undefined {
  if (first.length === 0) return undefined;
  const ofPart = traffic.map(({ name }) => (first.includes(name) ? first.indexOf(name) : first.length));
  return columns.part.map((part) => ofPart[part]!);
}
