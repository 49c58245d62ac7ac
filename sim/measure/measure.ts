/** Everything a report says about a run, from its ledger: one call, no I/O. Definitions stand at the head of each file. */
import { US_PER_S } from '../../core/units.js';
import { audit } from '../ledger/audit.js';
import type { Ledger } from '../ledger/row.js';
import { backlogCourse, measureBacklog } from './backlog.js';
import { countRows } from './counts.js';
import { measureDistribution } from './distribution.js';
import { detailDropped, type PostingRules } from './dropped-detail.js';
import { findErrorWindows } from './error-windows.js';
import { seriesGrid } from './grid.js';
import { measureGroups } from './groups.js';
import { type InstrumentLimits, judgeInstrument } from './instrument.js';
import { measureLatency } from './latency.js';
import type { ErrorWindow, GeneratorFacts, Mark, Measures } from './measures.js';
import { findOutages } from './outages.js';
import { putRightIn } from './put-right.js';
import { measureRates } from './rates.js';
import { measureRecovery } from './recovery.js';
import { findRetryStorm } from './retry-storm.js';
import { takeSamples } from './samples.js';
import { measureSeries } from './series.js';

export interface MeasureInput {
  /** In order of id. */
  readonly ledger: Ledger;
  /** The plan's length. */
  readonly planned: number;
  readonly marks: readonly Mark[];
  readonly generator: GeneratorFacts;
  readonly promiseS: number;
  /** The platform's; without them there is no `droppedDetail`. */
  readonly posting?: PostingRules;
  /** Messages the platform's inbox keeps; without it error windows have no `putRight`. */
  readonly inboxCapacity?: number;
  readonly limits?: Partial<InstrumentLimits>;
}

/** Await `initHistograms()` once before. The ledger is not changed. */
export function measure(input: MeasureInput): Measures {
  const { ledger, planned, marks, generator, promiseS } = input;
  const samples = takeSamples(ledger);
  const grid = seriesGrid(samples.durationUs);
  const counts = countRows(ledger, planned);
  const course = backlogCourse(samples, grid);
  const { latency, overflow } = measureLatency(ledger);
  const { rates, peakSecond } = measureRates(ledger, planned);
  const { response, sendLag } = latency;
  const limits = input.limits ?? {};
  const recovery = measureRecovery(samples, marks, grid, promiseS).map((event) => {
    const retryStorm = findRetryStorm(ledger, samples, event);
    return retryStorm === undefined ? event : { ...event, retryStorm };
  });
  return {
    durationS: samples.durationUs / US_PER_S,
    counts,
    audit: audit(ledger, planned),
    latency,
    byIntent: measureGroups(ledger, samples, ledger.intent),
    byPart: measureGroups(ledger, samples, ledger.part),
    series: measureSeries(ledger, samples, grid, course.peaks),
    backlog: measureBacklog(samples, grid, { evicted: counts.dropped.evicted, promiseS }, course),
    recovery,
    errorWindows: errorWindowsOf(input),
    outages: findOutages(ledger),
    droppedDetail: input.posting === undefined ? null : detailDropped(ledger, input.posting, marks),
    rates,
    distribution: measureDistribution(samples, promiseS),
    instrument: judgeInstrument({ counts, response, sendLag, peakSecond, generator, overflow, limits }),
  };
}

function errorWindowsOf({ ledger, inboxCapacity }: MeasureInput): ErrorWindow[] {
  const windows = findErrorWindows(ledger);
  if (inboxCapacity === undefined) return windows;
  const putRight = putRightIn(ledger, windows, inboxCapacity);
  return windows.map((window, at) => ({ ...window, putRight: putRight[at]! }));
}
