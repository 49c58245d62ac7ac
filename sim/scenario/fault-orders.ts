/** The faults of the part of a day that is played: when each is to start, on the run's clock, and what is left of it. */
import { US_PER_S } from '../../core/units.js';
import type { Fault } from './fault.js';
import type { Scenario } from './schema.js';

/** A fault as it is ordered: its time is the run's, and it begins when the order arrives. */
export type FaultOrder = Unscheduled<Fault>;

export type CrashOrder = Extract<FaultOrder, { do: 'crash' }>;
/** What a server that is there can be made to do. */
export type LiveFaultOrder = Exclude<FaultOrder, CrashOrder>;

/** Of each kind of fault by itself: `Omit` of the union would lose what only one of them has. */
type Unscheduled<Kind> = Kind extends Fault ? Omit<Kind, 'at'> : never;

export interface DueFault {
  /** Microseconds since the start of the run. */
  readonly atUs: number;
  readonly order: FaultOrder;
}

/** One that has begun before the part that is played goes on for the rest of its time, with the rest of its fans. */
export function faultOrders(
  { faults, speed }: Pick<Scenario, 'faults' | 'speed'>,
  startDayS: number,
  endDayS: number,
): DueFault[] {
  return faults
    .filter((fault) => fault.at < endDayS && fault.at + fault.for > startDayS)
    .map(({ at, ...fault }) => {
      const beginsS = Math.max(at, startDayS);
      // Exactly 1 for one that lies in the part as a whole.
      const rest = 1 - (beginsS - at) / fault.for;
      const order = {
        ...fault,
        for: (fault.for * rest) / speed,
        ...(fault.do === 'crash' || fault.fans === undefined
          ? {}
          : { fans: Math.max(1, Math.round(fault.fans * rest)) }),
      } as FaultOrder;
      return { atUs: ((beginsS - startDayS) / speed) * US_PER_S, order };
    });
}
