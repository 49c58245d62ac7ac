/**
 * A day in virtual time: the player of `run`, driven by events instead of timers and sockets.
 *
 *     simulate({ scenario, plan, pools, seed?, replay? }) → { ledger, facts }
 *
 * Pure and synchronous: the same arguments give the same ledger and the same trace hash, on any thread. `scenario` and
 * `plan` (of `makePlan(scenario, window?)`) are those of `run`, `pools` is `await drawFanPools(scenario.seed,
 * scenario.platform.account)`, which need not be drawn again for other seeds. `seed` (default: the scenario's) is what
 * work times, faults and handling times are drawn from; each has a stream of its own, so that two servers get the same
 * draws in the same order (common random numbers). What arrives is the plan's: for other arrivals make it from a
 * scenario with another seed. Takes about a microsecond a message; `facts` in facts.ts. Throws `InvariantError`.
 */

import { type RandomStream, randomStream } from '../../core/random.js';
import { durationDraw } from '../../core/random-duration.js';
import { US_PER_S } from '../../core/units.js';
import { FaultPlan } from '../../server/engine/fault-plan.js';
import { queueForDeadline } from '../../server/engine/overload.js';
import { workTimeUs } from '../../server/engine/work-time.js';
import { type FanPools, fanBook } from '../plan/fan-book.js';
import type { Plan } from '../plan/plan.js';
import { LIVE_WORDS, Live } from '../player/live.js';
import { newSharedBlock, PlatformBlock } from '../player/platform-block.js';
import { Player } from '../player/player.js';
import { playerSettings } from '../player/player-settings.js';
import { type DueFault, type FaultOrder, faultOrders } from '../scenario/fault-orders.js';
import type { Scenario } from '../scenario/schema.js';
import { Draws } from './draws.js';
import { EventQueue } from './event-queue.js';
import { type Simulated, serverFacts } from './facts.js';
import { InvariantError } from './invariant.js';
import { LedgerRecorder } from './ledger-recorder.js';
import { People } from './people.js';
import { simulateQueue } from './simulate-queue.js';
import { Trace } from './trace.js';
import { virtualAnswers } from './virtual-answers.js';
import { PERSON, virtualChannel } from './virtual-channel.js';
import { VirtualClock } from './virtual-clock.js';
import { VirtualNetwork } from './virtual-network.js';
import { VirtualOutbox } from './virtual-outbox.js';
import { VirtualServer } from './virtual-server.js';
import { VirtualTransport } from './virtual-transport.js';

export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly pools: FanPools;
  readonly seed?: number | undefined;
  /** The command that plays this again, for messages about a bug of ours. */
  readonly replay?: string | undefined;
}

/** Kinds of events; in the trace, too. */
const Event = { work: 1, fault: 2, sent: 3, shift: 4, person: 5, post: 6, end: 7, restart: 8 } as const;

export function simulate(options: SimulateOptions): Simulated {
  const { scenario, plan, seed = scenario.seed } = options;
  if (scenario.queue !== undefined) return simulateQueue(scenario, scenario.queue, plan, seed);
  const simulation = new Simulation(options);
  simulation.play(Number.POSITIVE_INFINITY);
  return simulation.close();
}

/** The day on its way: played step by step, and closed when it is over. */
export class Simulation {
  readonly #options: SimulateOptions;
  readonly #events = new EventQueue();
  readonly #trace = new Trace();
  readonly #live = new Float64Array(LIVE_WORDS);
  readonly #replay: string;
  readonly #faults: readonly DueFault[];
  readonly #recorder: LedgerRecorder;
  readonly #server: VirtualServer;
  readonly #transport: VirtualTransport;
  readonly #outbox: VirtualOutbox | undefined;
  readonly #people: People | undefined;
  readonly #player: Player;
  readonly #workers: number;
  /** Of the day that is played. */
  readonly #endUs: number;
  /** Of the server, after a crash. */
  readonly #startUs: number;
  readonly #clock = new VirtualClock();
  /** When the player is to be woken; undefined: all is over for it. */
  #wakeUs: number | undefined;
  #stoppedUs: number | undefined;
  /** Messages whose time had not come when it was stopped. */
  #unplayed = 0;

  constructor(options: SimulateOptions) {
    const { scenario, plan, pools, seed = scenario.seed, replay } = options;
    this.#options = options;
    const { server, platform, speed } = scenario;
    const events = this.#events;
    const book = fanBook(pools);
    const channel = virtualChannel(scenario, book);
    const clock = this.#clock;
    const startDayUs = plan.startDayS * US_PER_S;
    const endUs = ((plan.endDayS - plan.startDayS) / speed) * US_PER_S;
    const deadlineS = server.deadline ?? platform.deadline;
    const { workers, order } = server;
    const capacity =
      server.queue === 'auto' ? queueForDeadline(workers, deadlineS, server.workTime.mean) : server.queue;
    this.#replay = replay ?? `peakday simulate ${scenario.name} --seed ${seed}`;
    this.#workers = workers;
    this.#endUs = endUs;
    this.#startUs = server.start.takes * US_PER_S;
    this.#faults = faultOrders(scenario, plan.startDayS, plan.endDayS);
    for (const [index, { atUs }] of this.#faults.entries()) events.push(atUs, Event.fault, index);
    if (server.reply === 'later') {
      this.#outbox = new VirtualOutbox({
        latencyUs: apiLatencyUs(scenario, seed),
        isBusy: chance(platform.api.failures, randomStream(seed, 'api-failures')),
        uniform: randomStream(seed, 'outbox').uniform,
        wakeAt: (timeUs, slot) => events.push(timeUs, Event.sent, slot),
        onSent: (fan, text) => this.#player.later(fan, { kind: 'text', text }, this.#clock.us),
      });
    }
    if (scenario.desk !== undefined) {
      this.#people = new People({
        scenario,
        settings: scenario.desk,
        planned: plan.columns.length,
        clock: { startDayS: plan.startDayS, speed, endUs },
        seed,
        wakeAt: (timeUs) => events.push(timeUs, Event.shift, 0),
        doneAt: (timeUs, person) => events.push(timeUs, Event.person, person),
        answered: (flight) => this.#player.answeredLater(flight, PERSON),
        corrected: (id, correctedUs) => this.#recorder.amend({ id, correctedUs }),
        evicted: (flight) => this.#player.evicted(flight),
      });
    }
    const people = this.#people;
    this.#recorder = new LedgerRecorder(plan, speed, (row) => {
      this.#trace.add(Event.end * 16 + row.outcome, row.doneUs, row.id);
      people?.ended(row);
    });
    this.#server = new VirtualServer({
      answers: virtualAnswers(scenario, book),
      queue: { workers, capacity, order },
      deadlineUs: deadlineS * US_PER_S,
      meanWorkUs: server.workTime.mean * US_PER_S,
      workTimes: new Draws(workTimeUs(server.workTime, randomStream(seed, 'work-time'))),
      contention: server.contention,
      warmUp: { forS: server.start.warmUp, times: server.start.times },
      dedupes: server.dedupe,
      isDurable: server.store === 'file',
      outbox: this.#outbox,
      faults: new FaultPlan(seed),
      respond: (post, status, body, atUs) => this.#transport.respond(post, status, body, atUs),
      wakeAt: (timeUs, slot) => events.push(timeUs, Event.work, slot),
    });
    this.#transport = new VirtualTransport({
      delayUs: server.network * US_PER_S,
      clock,
      target: this.#server,
      network: scenario.network.every(({ do: kind }) => kind === 'bandwidth')
        ? undefined
        : new VirtualNetwork(scenario, plan.startDayS, randomStream(seed, 'network')),
      onPost: (flight) => {
        this.#trace.add(Event.post, this.#clock.us, flight.id);
        if (flight.posts === 1) people?.entered(flight);
      },
      onHeard: (flight) => people?.heard(flight, this.#clock.us),
    });
    const { markFail } = platform;
    this.#player = new Player({
      plan: plan.columns,
      ...playerSettings(scenario, server.reply === 'later' || people !== undefined),
      isMatchedByFan: server.reply === 'later',
      // Nobody reads what is signed.
      signsAnew: false,
      thread: 0,
      threads: 1,
      startDayUs,
      endUs,
      maxInFlight: Number.POSITIVE_INFINITY,
      block: markFail && new PlatformBlock(markFail, newSharedBlock(markFail)),
      channel,
      transport: this.#transport,
      clock,
      startUs: 0,
      isStopped: () => this.#stoppedUs !== undefined,
      recorder: this.#recorder,
      live: this.#live,
    });
    this.#wakeUs = this.#player.work(0);
  }

  /** So many steps of it; `false`: it is over. */
  play(steps: number): boolean {
    const [events, transport, player] = [this.#events, this.#transport, this.#player];
    let wakeUs = this.#wakeUs;
    let checked = 0;
    for (let step = 0; wakeUs !== undefined || this.#isWorking; step++) {
      if (step === steps) {
        this.#wakeUs = wakeUs;
        return true;
      }
      const nextUs = Math.min(wakeUs ?? Number.POSITIVE_INFINITY, events.nextUs, transport.nextUs);
      if (!(nextUs >= this.#clock.us)) this.#fail(`the clock went back from ${this.#clock.us} to ${nextUs} µs`);
      if (nextUs === Number.POSITIVE_INFINITY) this.#fail('messages wait and nothing is to come');
      this.#clock.us = nextUs;
      while (events.nextUs <= nextUs) {
        events.take();
        this.#happen(events.kind, events.argument, nextUs);
      }
      if (transport.nextUs <= nextUs) transport.work(nextUs);
      // Most answers change nothing about when the player is to be woken.
      if (wakeUs === undefined || wakeUs <= nextUs || player.isStirred) wakeUs = player.work(nextUs);
      // Sums that do not meet stay so: nothing is missed where the player did nothing.
      if (player.activity === checked) continue;
      checked = player.activity;
      this.#check();
    }
    this.#check();
    return false;
  }

  stop(): void {
    if (this.#stoppedUs !== undefined) return;
    const { us } = this.#clock;
    this.#stoppedUs = us;
    this.#unplayed = dueAfter(us, this.#options);
    this.#wakeUs = this.#player.work(us);
  }

  close(): Simulated {
    if (this.#player.underWay !== 0) this.#fail(`${this.#player.underWay} messages are still under way at the end`);
    const ledger = this.#recorder.close();
    const { failedPosts, strayReplies } = this.#player;
    return {
      ledger,
      facts: {
        traceHash: this.#trace.hash,
        steps: this.#trace.steps,
        durationUs: this.#clock.us,
        stoppedUs: this.#stoppedUs,
        failedPosts,
        strayReplies,
        exhibits: this.#recorder.exhibits,
        server: serverFacts(this.#server, this.#workers, this.#stoppedUs ?? this.#endUs),
        desk: this.#people?.facts(this.#stoppedUs),
      },
    };
  }

  /** People go on after the last fan is done. */
  get #isWorking(): boolean {
    return this.#people !== undefined && this.#events.size > 0;
  }

  #happen(kind: number, argument: number, nowUs: number): void {
    this.#trace.add(kind, nowUs, argument);
    switch (kind) {
      case Event.work:
        return this.#server.finish(argument, nowUs);
      case Event.fault:
        return this.#startFault(this.#faults[argument]!.order, nowUs);
      case Event.restart:
        return this.#server.restart(nowUs);
      case Event.sent:
        return this.#outbox!.sent(argument, nowUs);
      case Event.shift:
        return this.#people!.changeStaff(nowUs);
      default:
        return this.#people!.work(argument, nowUs);
    }
  }

  #startFault(order: FaultOrder, nowUs: number): void {
    if (order.do !== 'crash') return this.#server.startFault(order, nowUs);
    this.#server.crash(nowUs);
    this.#events.push(nowUs + order.for * US_PER_S + this.#startUs, Event.restart, 0);
  }

  /** arrivals (with those that were never played) = settled + in system; posts = heard + cut + open. */
  #check(): void {
    const live = this.#live;
    const { underWay } = this.#player;
    if (live[Live.due]! + this.#unplayed !== live[Live.settled]! + underWay) {
      this.#fail(`${live[Live.due]} messages came, ${live[Live.settled]} ended and ${underWay} are under way`);
    }
    const { posts, heard, cuts, open } = this.#transport;
    if (posts !== heard + cuts + open) this.#fail(`${posts} posts, ${heard} heard, ${cuts} cut, ${open} open`);
  }

  #fail(what: string): never {
    throw new InvariantError(`${what} (at ${this.#clock.us} µs)`, this.#replay);
  }
}

/** Planned messages whose time comes later than that of the run. */
function dueAfter(timeUs: number, { plan, scenario }: SimulateOptions): number {
  const startDayUs = plan.startDayS * US_PER_S;
  let count = 0;
  for (const dueUs of plan.columns.dueUs) if ((dueUs - startDayUs) / scenario.speed > timeUs) count++;
  return count;
}

function apiLatencyUs({ platform }: Scenario, seed: number): () => number {
  const { latency } = platform.api;
  const spec = typeof latency === 'number' ? ({ distribution: 'constant', mean: latency, sigma: 0 } as const) : latency;
  return durationDraw({ ...spec, mean: spec.mean * US_PER_S }, randomStream(seed, 'api-latency'));
}

function chance(share: number, random: RandomStream): () => boolean {
  return share === 0 ? () => false : () => random.uniform() < share;
}
