/**
 * What a store does behind its commits, when there is time: folds the log of fans into their table, keeps the search index,
 * moves SQLite's log into the database. What fails here (a full disk) is tried again after the next commit: searches lag
 * by it, the files grow, and nothing is lost.
 */
import { after, type Cancel } from '../../core/clock.js';
import type { Thread } from './thread-link.js';
import type { FoldStep } from './user-fold.js';

/** The index follows in steps of this: searches look through what came since anyway. */
const TEND_EVERY_MS = 100;
/**
 * After so much was committed SQLite's log is moved into the database: some 15,000 messages. Rarely, as a page is moved
 * once for all the messages of that time, and commits wait for the disk meanwhile.
 */
const MOVE_LOG_BYTES = 6 * 1024 * 1024;
/** Nothing was stored for so long: the store is idle. */
const IDLE_MS = 1_000;
/** Fewer fans' rows than this between two looks: there is time to fold. Some 500 a second. */
const CALM_ROWS = 50;
/** From so many rows on the log of fans is folded whatever comes: it is read at a start, and by who asks about fans. */
const MOST_LOGGED = 100_000;

/** When what is stored gets into the search index: soon, or when nothing was stored for a second. */
export type Indexing = 'soon' | 'idle';

export class Tending {
  readonly #writer: Thread;
  readonly #search: Thread;
  readonly #indexing: Indexing;
  readonly #catchUp = oneAtATime(() => this.#search.ask('catchUp'));
  readonly #moveLog = oneAtATime(async () => {
    this.#logBytes = 0;
    await this.#search.ask('moveLog');
    await this.#writer.ask('moveRestOfLog');
  });
  #logBytes = 0;
  /** Fans' rows in their log. */
  #logged = 0;
  #loggedSinceLook = 0;
  #isCalm = true;
  #isFolding = false;
  /** Since it was opened. */
  #groups = 0;
  #look: Cancel | undefined;
  #untilIdle: Cancel | undefined;
  #isStopped = false;

  constructor(writer: Thread, search: Thread, indexing: Indexing) {
    this.#writer = writer;
    this.#search = search;
    this.#indexing = indexing;
  }

  /** The store is open; so many fans' rows were in the log. */
  begin(logged: number): void {
    this.#logged = logged;
    this.#lookSoon();
  }

  /** A group was committed, with so many fans' rows in it. */
  committed(bytes: number, users: number): void {
    this.#logged += users;
    this.#loggedSinceLook += users;
    this.#logBytes += bytes;
    this.#groups += 1;
    this.#lookSoon();
  }

  /** Resolves when all that is stored now is in its table and in the search index. */
  async finish(): Promise<void> {
    while (await this.#foldSome()) {
      // Until nothing is left.
    }
    await this.#catchUp();
  }

  stop(): void {
    this.#isStopped = true;
    this.#look?.();
    this.#untilIdle?.();
  }

  #lookSoon(): void {
    if (this.#isStopped) return;
    this.#look ??= after(TEND_EVERY_MS, () => {
      this.#look = undefined;
      this.#isCalm = this.#loggedSinceLook < CALM_ROWS;
      this.#loggedSinceLook = 0;
      if (this.#logged > 0) {
        if (this.#mayFold()) void this.#fold();
        else this.#lookSoon();
      }
      if (this.#indexing === 'idle') this.#indexWhenIdle();
      else this.#catchUp().catch(() => undefined);
      if (this.#logBytes >= MOVE_LOG_BYTES) this.#moveLog().catch(() => undefined);
    });
  }

  #mayFold(): boolean {
    return !this.#isStopped && (this.#isCalm || this.#logged >= MOST_LOGGED);
  }

  async #fold(): Promise<void> {
    if (this.#isFolding) return;
    this.#isFolding = true;
    try {
      while (this.#mayFold() && (await this.#foldSome())) {
        // A few rows more, if there still is time.
      }
    } catch {
      // The commits say it, if they fail too.
    } finally {
      this.#isFolding = false;
    }
  }

  async #foldSome(): Promise<boolean> {
    const { folded, hasMore } = (await this.#writer.ask('foldSome')) as FoldStep;
    this.#logged -= folded;
    return hasMore;
  }

  #indexWhenIdle(): void {
    this.#untilIdle?.();
    this.#untilIdle = after(IDLE_MS, () => void this.#catchUpWhileIdle().catch(() => undefined));
  }

  async #catchUpWhileIdle(): Promise<void> {
    const groups = this.#groups;
    while (groups === this.#groups && !this.#isStopped && (await this.#search.ask('catchUpOne'))) {
      // The next slice, if nothing was stored meanwhile.
    }
  }
}

/** Called while it runs, it runs once more when it has ended; the promise is that of a run begun after the call. */
function oneAtATime(work: () => Promise<unknown>): () => Promise<unknown> {
  let running: Promise<unknown> | undefined;
  let next: Promise<unknown> | undefined;
  const start = (): Promise<unknown> => {
    running = work().finally(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}
