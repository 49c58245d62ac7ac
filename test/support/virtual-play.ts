/**
 * Plays a world through the real player in virtual time: no socket, no timer, no sleeping. Holds what has to be so at
 * every moment (one end each, nothing after it, no first post after the order to stop) and throws where it is not.
 */
import { mix32 } from '../../core/random.js';
import type { Amendment } from '../../sim/ledger/amendment.js';
import type { LedgerRow } from '../../sim/ledger/row.js';
import type { PlanColumns } from '../../sim/plan/columns.js';
import { Live } from '../../sim/player/live.js';
import { newSharedBlock, PlatformBlock, type SharedBlock } from '../../sim/player/platform-block.js';
import { Player } from '../../sim/player/player.js';
import type { FanReactions } from '../../sim/player/reactions.js';
import { Control, newSharedControl } from '../../sim/run/control.js';
import {
  laterRepliesTo,
  planOf,
  policyOf,
  reactionsOf,
  START_DAY_US,
  templates,
  type World,
} from './scripted-world.js';
import { VirtualBook } from './virtual-book.js';
import { virtualChannel } from './virtual-channel.js';
import { VirtualTime, VirtualTransport, type Written } from './virtual-transport.js';

/** As the pacer: it looks so often, and may be so late. */
const SLEEP_AT_MOST_US = 20_000;
const LATE_AT_MOST_US = 3_000;
/** So late the player may be woken in a world that is not exact. */
export const SLACK_US = SLEEP_AT_MOST_US + LATE_AT_MOST_US;
const TURNS_AT_MOST = 200_000;

export interface VirtualRun {
  readonly planned: number;
  /** In order of id. */
  readonly rows: readonly LedgerRow[];
  readonly amendments: readonly Amendment[];
  readonly exhibits: readonly number[];
  readonly responsesUs: readonly number[];
  readonly sendLagsUs: readonly number[];
  /** Posts the transports made. */
  readonly posts: number;
  /** Planned messages whose time had come before anybody pressed Ctrl-C. */
  readonly begun: number;
  /** Messages sent in reaction, by the seeds drawn for them. */
  readonly reactive: number;
  readonly strays: number;
  readonly live: Float64Array;
}

export function playVirtually(world: World): VirtualRun {
  const stage = new Stage(world);
  const { time, book, threads } = stage;
  for (let turn = 0; threads.some(({ isOver }) => !isOver); turn++) {
    if (turn > TURNS_AT_MOST) throw new Error('it never ends');
    const next = threads.reduce((first, thread) => (thread.wakeUs < first.wakeUs ? thread : first));
    const eventUs = time.events.nextTime;
    if (Math.min(next.wakeUs, eventUs) === Number.POSITIVE_INFINITY) throw new Error('it sleeps for ever');
    if (eventUs < next.wakeUs || (eventUs === next.wakeUs && stage.draw(0x71e, turn) % 2 === 0)) {
      time.nowUs = eventUs;
      time.events.pop()!();
      // A pacer that is spinning looks again after every event.
      if (world.isExact) for (const thread of threads) if (!thread.isOver) thread.wakeUs = time.nowUs;
    } else {
      time.nowUs = next.wakeUs;
      next.work();
    }
  }
  const begun = threads.reduce((sum, thread) => sum + thread.begun(), 0);
  const settled = book.rows.length;
  for (const thread of threads) thread.end();
  if (book.rows.length !== settled) throw new Error('settled after the end');
  return {
    planned: stage.plan.length,
    rows: book.rows.sort((a, b) => a.id - b.id),
    amendments: book.amendments,
    exhibits: book.exhibits,
    responsesUs: book.responsesUs,
    sendLagsUs: book.sendLagsUs,
    posts: threads.reduce((sum, { transport }) => sum + transport.posts, 0),
    begun,
    reactive: stage.reactive,
    strays: threads.reduce((sum, { player }) => sum + player.strayReplies, 0),
    live: stage.control.liveSum(),
  };
}

/** What the threads of a run share. */
class Stage {
  readonly time = new VirtualTime();
  readonly startUs = this.time.nowUs + 5_000;
  readonly plan: PlanColumns;
  readonly control: Control;
  readonly block: SharedBlock | undefined;
  readonly book = new VirtualBook(this.startUs, this.time);
  readonly threads: readonly VirtualThread[];
  reactive = 0;

  constructor(readonly world: World) {
    this.plan = planOf(world);
    this.control = new Control(newSharedControl(world.threads));
    this.block = world.markFail && newSharedBlock(world.markFail);
    this.threads = Array.from({ length: world.threads }, (_, thread) => new VirtualThread(this, thread));
  }

  draw(what: number, n: number): number {
    return mix32(this.world.seed ^ what, n);
  }

  reply(fan: number, text: string, afterUs: number): void {
    this.time.after(afterUs, () => {
      const { isOver, player } = this.threads[fan % this.world.threads]!;
      if (!isOver) player.later(fan, { kind: 'text', text }, this.time.nowUs);
    });
  }
}

/** One thread: the real player, and a pacer of a kind. */
class VirtualThread {
  wakeUs: number;
  isOver = false;
  readonly player: Player;
  readonly transport: VirtualTransport;
  readonly #stage: Stage;
  readonly #thread: number;
  #sawStop = false;
  #lastWorkUs = Number.NEGATIVE_INFINITY;
  #turns = 0;

  constructor(stage: Stage, thread: number) {
    const { world, time, startUs } = stage;
    this.#stage = stage;
    this.#thread = thread;
    this.wakeUs = startUs - 1_000;
    const slackUs = world.isExact ? 0 : SLACK_US;
    this.transport = new VirtualTransport({
      world,
      time,
      longestUs: world.deadlineMs * 1_000 + slackUs,
      isCutOff: () => time.nowUs >= this.#cutOffUs,
      onPost: (written, attempt) => this.#posted(written, attempt),
    });
    this.player = new Player({
      plan: stage.plan,
      templates,
      thread,
      threads: world.threads,
      startDayUs: START_DAY_US,
      speed: world.speed,
      endUs: world.spanMs * 1_000 + 300_000,
      promiseUs: world.promiseMs * 1_000,
      policy: policyOf(world),
      laterUs: world.laterMs * 1_000,
      signsAnew: world.signsAnew,
      maxInFlight: world.inFlight,
      reactions: this.#reactions(),
      block: world.markFail && stage.block && new PlatformBlock(world.markFail, stage.block),
      channel: virtualChannel(),
      transport: this.transport,
      clock: { nowUs: () => time.nowUs },
      startUs,
      isStopped: () => {
        this.#sawStop ||= world.stopMs !== undefined && time.nowUs >= startUs + world.stopMs * 1_000;
        return this.#sawStop;
      },
      isCutOff: () => time.nowUs >= this.#cutOffUs,
      recorder: stage.book,
      live: stage.control.liveOf(thread),
    });
  }

  work(): void {
    const { world, time } = this.#stage;
    const nextUs = this.player.work(time.nowUs);
    if (this.#sawStop && time.nowUs >= this.#cutOffUs && nextUs !== undefined)
      throw new Error('it goes on when cut off');
    if (!this.#sawStop) this.#lastWorkUs = time.nowUs;
    if (nextUs === undefined) {
      this.isOver = true;
      this.transport.breakAll();
      this.#checkCorrectionsAwaited();
      this.wakeUs = Number.POSITIVE_INFINITY;
    } else if (world.isExact) this.wakeUs = Math.max(nextUs, time.nowUs);
    else {
      const lateUs = 1 + (this.#stage.draw(0x1a7e, this.#turns) % LATE_AT_MOST_US);
      this.wakeUs = Math.max(time.nowUs, Math.min(nextUs, time.nowUs + SLEEP_AT_MOST_US)) + lateUs;
    }
    if (++this.#turns > TURNS_AT_MOST) throw new Error('it never ends');
  }

  get #cutOffUs(): number {
    const { world, startUs } = this.#stage;
    const { stopMs, cutOffMs } = world;
    if (stopMs === undefined || cutOffMs === undefined) return Number.POSITIVE_INFINITY;
    return startUs + (stopMs + cutOffMs) * 1_000;
  }

  /** Own planned messages that were due when it last looked, before the order to stop. */
  begun(): number {
    const { world, plan, startUs } = this.#stage;
    let begun = 0;
    for (let row = 0; row < plan.length; row++) {
      const isOwn = plan.fan[row]! % world.threads === this.#thread;
      if (isOwn && (plan.dueUs[row]! - START_DAY_US) / world.speed <= this.#lastWorkUs - startUs) begun++;
    }
    return begun;
  }

  /** Long after its end nothing more comes of it. */
  end(): void {
    const { time } = this.#stage;
    const { posts } = this.transport;
    time.nowUs += 1e9;
    const isOver = this.player.work(time.nowUs) === undefined;
    if (!isOver || this.transport.posts !== posts) throw new Error('it goes on after the end');
  }

  #checkCorrectionsAwaited(): void {
    const { world, book, time, startUs } = this.#stage;
    if (this.#sawStop || world.laterMs === 0) return;
    for (const { id, fan, doneUs } of book.uncorrected()) {
      const isOwn = fan % world.threads === this.#thread;
      if (isOwn && time.nowUs - startUs < doneUs + world.laterMs * 1_000)
        throw new Error(`its correction was not waited for: ${id}`);
    }
  }

  #reactions(): FanReactions {
    const stage = this.#stage;
    const reactions = reactionsOf(stage.world);
    return {
      ...reactions,
      whenImpatient: (asking) => {
        if (stage.book.hasShown(asking.id)) throw new Error(`impatient though answered: ${asking.id}`);
        return reactions.whenImpatient(asking);
      },
      newSeed: (asking) => {
        if (this.#sawStop) throw new Error('sent in reaction after the order to stop');
        stage.reactive++;
        return reactions.newSeed(asking);
      },
    };
  }

  #posted(written: Written, attempt: number): void {
    const { world, book, control } = this.#stage;
    if (control.liveOf(this.#thread)[Live.inFlight]! > world.inFlight) throw new Error('more in flight than allowed');
    if (book.has(written.id)) throw new Error(`posted after its end: ${written.id}`);
    if (attempt === 1 && this.#sawStop) throw new Error(`first posted after the order to stop: ${written.id}`);
    for (const { isRight, afterUs } of laterRepliesTo(world, written, attempt)) {
      // Of three wrong ones, one is for a fan who may have asked nothing.
      const isAstray = !isRight && (written.seed + attempt) % 3 === 0;
      const fan = isAstray ? written.fan + world.threads : written.fan;
      this.#stage.reply(fan, `${isRight ? 'right' : 'wrong'} ${written.id}`, afterUs);
    }
  }
}
