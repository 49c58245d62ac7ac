/** Inbox and desk of a simulated day: which messages wait for a person, and what a person's answer does to them. */
import { randomStream } from '../../core/random.js';
import { durationDraw, type RandomDuration } from '../../core/random-duration.js';
import { US_PER_S } from '../../core/units.js';
import { outcomes } from '../delivery/end.js';
import { Flag, type LedgerRow } from '../ledger/row.js';
import { rankOf } from '../measure/nearest-rank.js';
import type { Flight } from '../player/flight.js';
import type { DeskSettings } from '../scenario/desk.js';
import type { Scenario } from '../scenario/schema.js';
import { isInInbox } from '../scenario/sent-kind.js';
import { Desk, type DeskTask } from './desk.js';
import type { DeskFacts } from './facts.js';
import { Inbox } from './inbox.js';
import type { StaffClock } from './staff.js';

export interface PeopleOptions {
  readonly scenario: Pick<Scenario, 'intents' | 'inbox' | 'speed'>;
  readonly settings: DeskSettings;
  /** Messages of the plan; others may come. */
  readonly planned: number;
  readonly clock: StaffClock;
  readonly seed: number;
  readonly wakeAt: (timeUs: number) => void;
  readonly doneAt: (timeUs: number, person: number) => void;
  /** A person has answered a message that had no answer. */
  readonly answered: (flight: Flight) => void;
  /** A person has put a wrong reply right. */
  readonly corrected: (id: number, nowUs: number) => void;
  /** A message nobody has answered was overwritten. */
  readonly evicted: (flight: Flight) => void;
}

/** Used again when the desk is through with it: in a quiz most messages wait for nobody, and are lost in the inbox. */
class Task implements DeskTask {
  kind: DeskTask['kind'] = 'message';
  id = 0;
  fan = 0;
  place = 0;
  sinceUs = Number.NaN;
  /** Of a message without an end: a person's answer settles it. */
  flight: Flight | undefined;
  /** What the fan saw was wrong. */
  isWrong = false;
}

const isWrong = outcomes.map((outcome) => outcome === 'wrong' || outcome === 'misaddressed');

/** The fan's message has its end: the platform waits no longer for a later reply. */
function hasGivenUp({ flight }: Task): boolean {
  return flight !== undefined && flight.phase !== 'acknowledged';
}

export class People {
  readonly #options: PeopleOptions;
  readonly #inbox: Inbox;
  readonly #desk: Desk<Task>;
  readonly #isAnswered: readonly boolean[];
  readonly #isCorrected: boolean;
  /** Of each message its place in the inbox plus one; 0: it is not there, or has been seen to. */
  #places: Uint32Array;
  readonly #unused: Task[] = [];
  /** What people did, or could not do, for messages that the platform had given up by then. */
  readonly #afterEnd = { answered: 0, evicted: 0 };
  /** Whose question a person answers. */
  readonly #asked = new Set<number>();
  #lastDoneUs = 0;

  constructor(options: PeopleOptions) {
    const { scenario, settings, clock, seed, wakeAt, doneAt } = options;
    this.#options = options;
    this.#places = new Uint32Array(options.planned);
    this.#inbox = new Inbox(scenario.inbox.capacity);
    this.#isAnswered = Object.keys(scenario.intents).map((name) => settings.answers.includes(name));
    this.#isCorrected = settings.corrections !== undefined;
    const draw = (what: string, spec: RandomDuration) =>
      durationDraw({ ...spec, mean: (spec.mean * US_PER_S) / scenario.speed }, randomStream(seed, 'desk', what));
    this.#desk = new Desk<Task>({
      settings,
      clock,
      inbox: this.#inbox,
      handlingUs: draw('answers', settings.handling),
      correctingUs: draw('corrections', settings.corrections?.handling ?? settings.handling),
      wakeAt,
      doneAt,
      onDone: (task, nowUs) => {
        this.#lastDoneUs = nowUs;
        if (hasGivenUp(task)) this.#afterEnd.answered++;
        this.#answer(task, nowUs);
        this.#unused.push(task);
      },
      onLost: (task) => {
        if (hasGivenUp(task)) this.#afterEnd.evicted++;
        if (task.flight?.phase === 'acknowledged') options.evicted(task.flight);
        this.#unused.push(task);
      },
    });
  }

  /** A message was posted for the first time: the platform has it, and shows it in the inbox. */
  entered(flight: Flight): void {
    if (!isInInbox[flight.kind]) return;
    const nowUs = flight.sentUs;
    const place = this.#inbox.enter(nowUs);
    this.#desk.forgetOverwritten(nowUs);
    if (flight.id >= this.#places.length) {
      const larger = new Uint32Array(Math.ceil(flight.id * 1.25) + 1_024);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#places[flight.id] = place + 1;
  }

  /** An answer has come back: one that only acknowledges leaves the fan to a person. */
  heard(flight: Flight, nowUs: number): void {
    const place = this.#placeOf(flight.id);
    if (place < 0 || flight.phase !== 'acknowledged') return;
    this.#asked.add(flight.id);
    this.#desk.add(this.#task('message', flight, place, flight, false), nowUs);
  }

  /** A message has its end: with a wrong reply it is put right, or it is one that a person answers all the same. */
  ended(row: LedgerRow): void {
    const place = this.#placeOf(row.id);
    if (place < 0) return;
    this.#places[row.id] = 0;
    if (this.#asked.size > 0 && this.#asked.delete(row.id)) return;
    const wasWrong = isWrong[row.outcome]!;
    const isPutRight = wasWrong && this.#isCorrected && (row.flags & Flag.acknowledgeOnly) === 0;
    if (!isPutRight && !this.#isAnswered[row.intent]) return;
    const kind = isPutRight ? 'correction' : 'message';
    this.#desk.add(this.#task(kind, row, place, undefined, wasWrong), row.doneUs);
  }

  changeStaff(nowUs: number): void {
    this.#desk.changeStaff(nowUs);
  }

  work(person: number, nowUs: number): void {
    this.#desk.work(person, nowUs);
  }

  /** `stoppedUs`: when nothing more was sent, where the day was stopped; who then has nothing left to do is not idle. */
  facts(stoppedUs: number | undefined): DeskFacts {
    const staffedUs = this.#desk.staffedUs(stoppedUs === undefined ? undefined : Math.max(stoppedUs, this.#lastDoneUs));
    const [desk, inbox] = [this.#desk, this.#inbox];
    const { counts, waiting, oldestUs } = desk;
    const waits = Float64Array.from(desk.waitsUs).sort();
    const waitAt = (quantile: number) =>
      waits.length === 0 ? null : waits[Math.max(1, rankOf(quantile, waits.length)) - 1]!;
    const { asked, answered, evicted, wrong, corrected, lost } = counts;
    return {
      people: desk.people,
      occupancy: staffedUs === 0 ? 0 : Math.min(1, desk.busyUs / staffedUs),
      inbox: {
        capacity: inbox.capacity,
        entered: inbox.entered,
        overwritten: inbox.overwritten,
        turnoverUs: inbox.turnoverUs,
      },
      messages: {
        asked,
        answered,
        answeredAfterEnd: this.#afterEnd.answered,
        evicted,
        evictedAfterEnd: this.#afterEnd.evicted,
        waiting,
        waitingMost: desk.waitingMost,
        waitingMostUs: desk.waitingMostUs,
        oldestAgeUs: oldestUs === undefined ? null : this.#options.clock.endUs - oldestUs,
        waitP50Us: waitAt(0.5),
        waitP90Us: waitAt(0.9),
        waitMaxUs: waitAt(1),
        askedUs: desk.askedUs,
      },
      corrections:
        this.#options.settings.corrections === undefined
          ? undefined
          : {
              wrong,
              corrected,
              lost,
              waiting: wrong - corrected - lost,
              lastUs: Number.isNaN(desk.lastCorrectedUs) ? null : desk.lastCorrectedUs,
            },
    };
  }

  /** −1: it is not in the inbox. */
  #placeOf(id: number): number {
    return (this.#places[id] ?? 0) - 1;
  }

  #task(
    kind: Task['kind'],
    of: LedgerRow | Flight,
    place: number,
    flight: Flight | undefined,
    wasWrong: boolean,
  ): Task {
    const task = this.#unused.pop() ?? new Task();
    task.kind = kind;
    task.id = of.id;
    task.fan = of.fan;
    task.place = place;
    task.sinceUs = of.sentUs;
    task.flight = flight;
    task.isWrong = wasWrong;
    return task;
  }

  #answer({ id, flight, isWrong: wasWrong }: Task, nowUs: number): void {
    // What was settled by a rule needs no word in the ledger, but took the person's time.
    if (flight !== undefined) this.#options.answered(flight);
    else if (wasWrong) this.#options.corrected(id, nowUs);
  }
}
