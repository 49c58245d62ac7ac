/**
 * The modelled server against the real one: random small days through the real player, once with the reference server's
 * own message flow under a clock that stands still between events, once simulated. Where the work times are fixed, every
 * message has the same end, at the same microsecond.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { randomStream } from '../core/random.js';
import { US_PER_MS, US_PER_S } from '../core/units.js';
import { FaultPlan } from '../server/engine/fault-plan.js';
import { serviceOrders } from '../server/engine/work-queue.js';
import { workTimeUs } from '../server/engine/work-time.js';
import { setupOf } from '../server/http/account-options.js';
import { AccountService } from '../server/http/account-service.js';
import type { FlowEnd } from '../server/http/flow-job.js';
import { MessageBook } from '../server/http/message-book.js';
import { MessageFlow } from '../server/http/message-flow.js';
import { causes, outcomes } from '../sim/delivery/end.js';
import type { Ledger } from '../sim/ledger/row.js';
import { drawFanPools, fanBook } from '../sim/plan/fan-book.js';
import { makePlan, type Plan } from '../sim/plan/plan.js';
import type { PostedFlight } from '../sim/player/flight.js';
import { LIVE_WORDS } from '../sim/player/live.js';
import { Player } from '../sim/player/player.js';
import { playerSettings } from '../sim/player/player-settings.js';
import type { OpenPost, PostListener, Transport } from '../sim/player/transport.js';
import { faultOrders } from '../sim/scenario/fault-orders.js';
import { type Scenario, type ScenarioInput, scenarioSchema } from '../sim/scenario/schema.js';
import { fanMessage } from '../sim/virtual/fan-message.js';
import { LedgerRecorder } from '../sim/virtual/ledger-recorder.js';
import { simulate } from '../sim/virtual/simulate.js';
import { virtualChannel } from '../sim/virtual/virtual-channel.js';

const pools = await drawFanPools(1, 'gh_peakday');
const book = fanBook(pools);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const nowUs = () => vi.getMockedSystemTime()!.getTime() * US_PER_MS;

/** The reference server's message flow as a transport: answers wait until the player is asked to hear them. */
class FlowTransport implements Transport<PostedFlight> {
  readonly hasFree = true;
  onFree: () => void = () => {};
  readonly faults: FaultPlan;
  readonly #scenario: Scenario;
  readonly #flow: MessageFlow;
  #heard: (() => void)[] = [];

  constructor(scenario: Scenario) {
    const { server, platform, seed } = scenario;
    this.#scenario = scenario;
    this.faults = new FaultPlan(seed);
    const clock = { nowUs };
    const service = AccountService.inMemory(setupOf({ answers: server.answers, seed }));
    // A disk that takes no time, as in the model.
    vi.spyOn(service, 'take').mockImplementation(({ onKept }) => onKept());
    this.#flow = new MessageFlow({
      clock,
      book: new MessageBook(service, clock, server.dedupe),
      reply: 'now',
      queue: { workers: server.workers, capacity: server.queue as number, order: server.order },
      deadlineUs: platform.deadline * US_PER_S,
      meanWorkUs: server.workTime.mean * US_PER_S,
      faults: this.faults,
      workTimeUs: workTimeUs(server.workTime, randomStream(seed, 'work-time')),
      onWorked: () => {},
      outbox: undefined,
    });
  }

  post(flight: PostedFlight, listener: PostListener): OpenPost {
    let isOpen = true;
    const { says } = this.#scenario.intents.hours!;
    const message = { ...fanMessage('text', book.openid(flight.fan), says![0]!, ''), msgId: String(flight.id) };
    const cut = this.#flow.accept(message, (end) => {
      this.#heard.push(() => {
        if (!isOpen) return;
        isOpen = false;
        hear(end, listener);
      });
    });
    return {
      cut: () => {
        isOpen = false;
        cut?.();
      },
    };
  }

  /** Everything that was answered so far; `false`: nothing was. */
  deliver(): boolean {
    const heard = this.#heard;
    this.#heard = [];
    for (const tell of heard) tell();
    return heard.length > 0;
  }
}

function hear(end: FlowEnd, listener: PostListener): void {
  switch (end.do) {
    case 'answer':
      return listener.onAnswer(200, end.answer.text ?? '');
    case 'status':
      return listener.onAnswer(end.code, '');
    case 'reset':
      return listener.onFailure('reset');
    default:
      return listener.onAnswer(503, '');
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await Promise.resolve();
}

async function playReal(scenario: Scenario, plan: Plan): Promise<Ledger> {
  vi.setSystemTime(0);
  const transport = new FlowTransport(scenario);
  const recorder = new LedgerRecorder(plan, 1, () => {});
  const player = new Player({
    plan: plan.columns,
    ...playerSettings(scenario, false),
    thread: 0,
    threads: 1,
    startDayUs: plan.startDayS * US_PER_S,
    endUs: (plan.endDayS - plan.startDayS) * US_PER_S,
    maxInFlight: 1e9,
    block: undefined,
    channel: virtualChannel(scenario, book),
    transport,
    clock: { nowUs },
    startUs: 0,
    isStopped: () => false,
    recorder,
    live: new Float64Array(LIVE_WORDS),
  });
  const due = faultOrders(scenario, plan.startDayS, plan.endDayS);
  const work = async () => {
    let wakeUs = player.work(nowUs());
    // Answered at once; a repeat hears of it by a promise.
    for (await settled(); transport.deliver(); await settled()) wakeUs = player.work(nowUs());
    return wakeUs;
  };
  for (let ms = 0; (await work()) !== undefined; ms += GRID_MS) {
    if (ms > 600_000) throw new Error('it never ends');
    // A fault that begins at the moment a worker is done comes first.
    for (const { atUs, order } of due.filter((fault) => fault.atUs === nowUs() + GRID_MS * US_PER_MS))
      if (order.do !== 'crash') transport.faults.start(order, atUs);
    await vi.advanceTimersByTimeAsync(GRID_MS);
    transport.deliver();
  }
  return recorder.close();
}

/** Everything happens at multiples of it. */
const GRID_MS = 5;
/** Of milliseconds that are whole microseconds still when they have been seconds in between: others miss their tie. */
const grid = (most: number) =>
  fc
    .integer({ min: 1, max: most })
    .map((n) => n * GRID_MS)
    .filter((ms) => ms * 1e-3 * US_PER_S === ms * US_PER_MS);

const anyDay = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  messages: fc.integer({ min: 1, max: 40 }),
  workers: fc.integer({ min: 1, max: 3 }),
  workMs: grid(12),
  queue: fc.integer({ min: 0, max: 12 }),
  order: fc.constantFrom(...serviceOrders),
  dedupe: fc.boolean(),
  deadlineMs: grid(30),
  attempts: fc.integer({ min: 1, max: 3 }),
  gapMs: fc.oneof(fc.constant(0), grid(10)),
  retryOnStatus: fc.boolean(),
  fault: fc.option(
    fc.record({
      do: fc.constantFrom(
        'wrong-reply' as const,
        'slow' as const,
        'stall' as const,
        'status' as const,
        'reset' as const,
      ),
      atMs: grid(100),
      forMs: fc.constantFrom(125, 250),
      share: fc.constantFrom('100%', '50%'),
    }),
    { nil: undefined },
  ),
});

function scenarioOf(day: typeof anyDay extends fc.Arbitrary<infer Day> ? Day : never): Scenario {
  const own = { 'wrong-reply': { text: '打烊了' }, slow: { by: '20ms' }, status: { code: 502 }, stall: {}, reset: {} };
  const fault = day.fault && {
    do: day.fault.do,
    at: `00:00:00.${String(day.fault.atMs).padStart(3, '0')}`,
    for: `${day.fault.forMs}ms`,
    share: day.fault.share,
    ...own[day.fault.do],
  };
  return scenarioSchema.parse({
    name: 'any-day',
    seed: day.seed,
    day: { length: '1s' },
    promise: '100ms',
    fans: { followers: 20 },
    platform: {
      deadline: `${day.deadlineMs}ms`,
      attempts: day.attempts,
      gap: `${day.gapMs}ms`,
      retryOnStatus: day.retryOnStatus,
    },
    intents: { hours: { says: ['几点开门'], expect: { contains: '营业时间' } } },
    traffic: [{ name: 'all', model: 'poisson', total: day.messages, to: '00:00:00.500', sends: 'hours' }],
    faults: fault === undefined ? [] : [fault],
    server: {
      workers: day.workers,
      workTime: { mean: `${day.workMs}ms` },
      queue: day.queue,
      order: day.order,
      dedupe: day.dedupe,
      answers: { rules: [{ name: 'hours', contains: ['几点'], reply: { text: '营业时间：9:00' } }] },
    },
  } as ScenarioInput);
}

function shownOf(ledger: Ledger): string[] {
  return Array.from({ length: ledger.length }, (_, row) =>
    [
      ledger.id[row],
      outcomes[ledger.outcome[row]!],
      causes[ledger.cause[row]!],
      `${ledger.attempts[row]} posts`,
      `status ${ledger.status[row]}`,
      `due ${ledger.dueUs[row]}`,
      `done ${ledger.doneUs[row]}`,
    ].join(' '),
  );
}

it('ends every message as the real message flow does, at the same time', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyDay, async (day) => {
      const scenario = scenarioOf(day);
      const plan = makePlan(scenario);
      const gridUs = GRID_MS * US_PER_MS;
      for (let row = 0; row < plan.columns.length; row++)
        plan.columns.dueUs[row] = Math.floor(plan.columns.dueUs[row]! / gridUs) * gridUs;
      const real = shownOf(await playReal(scenario, plan));
      expect(shownOf(simulate({ scenario, plan, pools }).ledger)).toEqual(real);
      for (const line of real) seen.add(line.split(' ').slice(1, 3).join(' '));
    }),
    { numRuns: 150 },
  );
  for (const end of ['answered none', 'late none', 'wrong none', 'dropped timeout', 'dropped status', 'dropped reset'])
    expect(seen).toContain(end);
});
