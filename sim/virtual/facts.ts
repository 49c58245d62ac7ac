/** What a simulation knows beside the ledger: things that no run can see from outside. */
import type { PostFailure } from '../delivery/end.js';
import type { Ledger } from '../ledger/row.js';
import type { Exhibit } from '../player/recorder.js';
import type { VirtualServer } from './virtual-server.js';

export interface Simulated {
  readonly ledger: Ledger;
  readonly facts: SimulationFacts;
}

export interface SimulationFacts {
  /** 16 hexadecimal digits: the same for the same scenario, seed and version, on any machine and thread. */
  readonly traceHash: string;
  /** Events, posts and ends that went into the hash. */
  readonly steps: number;
  /** Until the last event. */
  readonly durationUs: number;
  /** When it was stopped before its end; undefined: it was not. */
  readonly stoppedUs: number | undefined;
  /** Posts that failed, those before a good one included. */
  readonly failedPosts: Readonly<Record<PostFailure, number>>;
  /** Later replies to fans who had asked nothing. */
  readonly strayReplies: number;
  readonly exhibits: readonly Exhibit[];
  readonly server: ServerFacts;
  readonly desk: DeskFacts | undefined;
}

/** Messages at the modelled server. */
export interface ServerFacts {
  /** Taken on or turned away; repeats of what it already had are not counted. */
  readonly accepted: number;
  readonly worked: number;
  /** Turned away with the queue full; dropped unworked; turned away by a fault. */
  readonly shed: number;
  readonly expired: number;
  readonly refused: number;
  /** Posts whose connection was closed before the answer. */
  readonly cut: number;
  /** Worked on or waiting when it crashed. */
  readonly crashed: number;
  /** Time at work ÷ (workers × time), 0..1. */
  readonly utilisation: number;
  /** Mean wait for a worker of what was worked on, microseconds. */
  readonly meanWaitUs: number;
  /** Most messages waiting for a worker. */
  readonly waitingMost: number;
}

export interface DeskFacts {
  /** Most people at the same time. */
  readonly people: number;
  /** People's time with a chat open ÷ their time at the desk, 0..1. */
  readonly occupancy: number;
  readonly inbox: {
    readonly capacity: number;
    readonly entered: number;
    readonly overwritten: number;
    /** The shortest time in which it was filled anew; null: it never was. */
    readonly turnoverUs: number | null;
  };
  /** Messages that asked for a person = answered + evicted + waiting (at the close). */
  readonly messages: {
    readonly asked: number;
    readonly answered: number;
    /** Of the answered: when the platform had given them up (`laterReplies`); they have another end. */
    readonly answeredAfterEnd: number;
    readonly evicted: number;
    /** Of the evicted: the same. */
    readonly evictedAfterEnd: number;
    readonly waiting: number;
    readonly waitingMost: number;
    readonly waitingMostUs: number;
    /** Age of the oldest that waits at the close; null: none waits. */
    readonly oldestAgeUs: number | null;
    /** From arrival to a person's answer, of the answered ones; null: there is none. */
    readonly waitP50Us: number | null;
    readonly waitP90Us: number | null;
    readonly waitMaxUs: number | null;
    /** When each that asked had come; not in order, for it asks once the server has answered. */
    readonly askedUs: readonly number[];
  };
  /** Fans with a wrong reply = corrected + lost (their message was overwritten before) + waiting; undefined: nobody corrects. */
  readonly corrections:
    | {
        readonly wrong: number;
        readonly corrected: number;
        readonly lost: number;
        readonly waiting: number;
        /** When the last was put right; null: none was. */
        readonly lastUs: number | null;
      }
    | undefined;
}

/** `endUs`: of the day that is played, or where it was stopped. Nobody is paid to wait for what is given up hours later. */
export function serverFacts(server: VirtualServer, workers: number, endUs: number): ServerFacts {
  const { accepted, worked, shed, expired, refused, cut, crashed } = server.counts;
  const lastUs = Math.max(endUs, server.workedUntilUs);
  return {
    accepted,
    worked,
    shed,
    expired,
    refused,
    cut,
    crashed,
    utilisation: lastUs === 0 ? 0 : server.busyUs / (workers * lastUs),
    meanWaitUs: worked === 0 ? 0 : server.waitedUs / worked,
    waitingMost: server.waitingMost,
  };
}
