/**
 * The desk: people who answer what waits for them, as long as it can still be found in the inbox. Two lines, the
 * messages and the corrections of wrong replies, each in the order it came; one goes before the other.
 */
import type { DeskSettings } from '../scenario/desk.js';
import type { Inbox } from './inbox.js';
import { Person } from './person.js';
import { runUsOf, type StaffChange, type StaffClock, staffChanges, staffedUsUntil } from './staff.js';

export interface DeskTask {
  readonly kind: 'message' | 'correction';
  readonly id: number;
  readonly fan: number;
  /** In the inbox. */
  readonly place: number;
  readonly sinceUs: number;
}

export interface DeskOptions<Task extends DeskTask> {
  readonly settings: DeskSettings;
  readonly clock: StaffClock;
  readonly inbox: Inbox;
  /** Draws, microseconds. */
  readonly handlingUs: () => number;
  readonly correctingUs: () => number;
  /** A shift begins or ends; look at it then. */
  readonly wakeAt: (timeUs: number) => void;
  /** A person may be done with something; look at it then. */
  readonly doneAt: (timeUs: number, person: number) => void;
  readonly onDone: (task: Task, nowUs: number) => void;
  /** Overwritten in the inbox before anybody came to it. */
  readonly onLost: (task: Task, nowUs: number) => void;
}

export interface DeskCounts {
  /** Messages that asked for a person, and what became of them; the rest waits. */
  asked: number;
  answered: number;
  evicted: number;
  wrong: number;
  corrected: number;
  lost: number;
}

export class Desk<Task extends DeskTask> {
  readonly counts: DeskCounts = { asked: 0, answered: 0, evicted: 0, wrong: 0, corrected: 0, lost: 0 };
  /** Of the answered ones, microseconds from arrival to answer. */
  readonly waitsUs: number[] = [];
  /** When each message that asked for a person had come. */
  readonly askedUs: number[] = [];
  waitingMost = 0;
  waitingMostUs = 0;
  lastCorrectedUs = Number.NaN;
  readonly #options: DeskOptions<Task>;
  readonly #changes: readonly StaffChange[];
  readonly #correctingFromUs: number;
  readonly #people: Person<Task>[] = [];
  readonly #messages = new Line<Task>();
  readonly #corrections = new Line<Task>();
  #change = 0;
  #there = 0;
  /** All who are there have as many chats open as they may. */
  #isBusy = false;

  constructor(options: DeskOptions<Task>) {
    this.#options = options;
    const { settings, clock } = options;
    this.#changes = staffChanges(settings, clock);
    this.#correctingFromUs = runUsOf(settings.corrections?.from ?? Number.NEGATIVE_INFINITY, clock);
    for (const { atUs } of this.#changes) options.wakeAt(atUs);
  }

  /** Most people at the same time. */
  get people(): number {
    return Math.max(...this.#changes.map(({ people }) => people));
  }

  /** Messages that wait, and since when the oldest does. */
  get waiting(): number {
    return this.#messages.size;
  }

  get oldestUs(): number | undefined {
    return this.#messages.first?.sinceUs;
  }

  /** People's time at work, and their time there until then; microseconds. */
  get busyUs(): number {
    return this.#people.reduce((sum, { busyUs }) => sum + busyUs, 0);
  }

  staffedUs(untilUs = Number.POSITIVE_INFINITY): number {
    return staffedUsUntil(untilUs, this.#changes);
  }

  add(task: Task, nowUs: number): void {
    const { counts } = this;
    if (task.kind === 'message') {
      counts.asked++;
      this.askedUs.push(task.sinceUs);
      this.#messages.push(task);
      if (this.waiting > this.waitingMost) {
        this.waitingMost = this.waiting;
        this.waitingMostUs = nowUs;
      }
    } else {
      counts.wrong++;
      this.#corrections.push(task);
    }
    this.#assign(nowUs);
  }

  /** Those that are no longer in the inbox are lost; call when a message has entered it. */
  forgetOverwritten(nowUs: number): void {
    const { overwritten } = this.#options.inbox;
    if (this.#messages.firstPlace < overwritten) this.#forgetIn(this.#messages, nowUs);
    if (this.#corrections.firstPlace < overwritten) this.#forgetIn(this.#corrections, nowUs);
  }

  /** A shift has begun or ended. */
  changeStaff(nowUs: number): void {
    const change = this.#changes[this.#change++]!;
    this.#there = change.people;
    this.#isBusy = false;
    while (this.#people.length < this.#there) this.#people.push(new Person());
    this.#assign(nowUs);
  }

  /** A person may be done with something. */
  work(person: number, nowUs: number): void {
    const one = this.#people[person]!;
    // Foreseen before another chat was opened: it is done later.
    if (one.nextUs > nowUs + ROUNDING_US) return;
    const task = one.finish(nowUs);
    this.#isBusy = false;
    if (task.kind === 'message') {
      this.counts.answered++;
      this.waitsUs.push(nowUs - task.sinceUs);
    } else {
      this.counts.corrected++;
      this.lastCorrectedUs = nowUs;
    }
    this.#options.onDone(task, nowUs);
    this.#foresee(person);
    this.#assign(nowUs);
  }

  #forgetIn(line: Line<Task>, nowUs: number): void {
    const { inbox } = this.#options;
    for (let first = line.first; first !== undefined && !inbox.holds(first.place); first = line.first)
      this.#lose(line.take()!, nowUs);
  }

  #assign(nowUs: number): void {
    for (let person = this.#freest(); person >= 0; person = this.#freest()) {
      const task = this.#next(nowUs);
      if (task === undefined) return;
      const { handlingUs, correctingUs } = this.#options;
      this.#people[person]!.begin(task, task.kind === 'message' ? handlingUs() : correctingUs(), nowUs);
      this.#foresee(person);
    }
  }

  #foresee(person: number): void {
    const { nextUs } = this.#people[person]!;
    if (nextUs < Number.POSITIVE_INFINITY) this.#options.doneAt(nextUs, person);
  }

  /** Who is there and has the fewest chats open; −1: all have as many as they may. */
  #freest(): number {
    if (this.#isBusy) return -1;
    let freest = -1;
    let fewest = this.#options.settings.chats;
    for (let person = 0; person < this.#there && fewest > 0; person++) {
      const { open } = this.#people[person]!;
      if (open >= fewest) continue;
      freest = person;
      fewest = open;
    }
    this.#isBusy = freest < 0;
    return freest;
  }

  #next(nowUs: number): Task | undefined {
    const { settings, inbox } = this.#options;
    const isFirst = settings.corrections?.first !== false;
    const lines = isFirst ? [this.#corrections, this.#messages] : [this.#messages, this.#corrections];
    for (const line of lines) {
      if (line === this.#corrections && nowUs < this.#correctingFromUs) continue;
      for (let task = line.take(); task !== undefined; task = line.take()) {
        if (inbox.holds(task.place)) return task;
        this.#lose(task, nowUs);
      }
    }
    return undefined;
  }

  #lose(task: Task, nowUs: number): void {
    if (task.kind === 'message') this.counts.evicted++;
    else this.counts.lost++;
    this.#options.onLost(task, nowUs);
  }
}

/** Sums of times are exact to less than this. */
const ROUNDING_US = 1e-3;

/** First come, first served. */
class Line<Task extends DeskTask> {
  /** Of the first, in the inbox; Infinity: nobody waits. Asked for with every message, for which a task is far away. */
  firstPlace = Number.POSITIVE_INFINITY;
  #tasks: Task[] = [];
  #head = 0;

  get size(): number {
    return this.#tasks.length - this.#head;
  }

  get first(): Task | undefined {
    return this.#tasks[this.#head];
  }

  push(task: Task): void {
    this.#tasks.push(task);
    if (this.size === 1) this.firstPlace = task.place;
  }

  take(): Task | undefined {
    if (this.size === 0) return undefined;
    const task = this.#tasks[this.#head++];
    if (this.#head > 4_096 && this.#head * 2 > this.#tasks.length) {
      this.#tasks = this.#tasks.slice(this.#head);
      this.#head = 0;
    }
    this.firstPlace = this.first?.place ?? Number.POSITIVE_INFINITY;
    return task;
  }
}
