/** From what the threads wrote to the verdict: ledger, measures, gates, and every file of the run folder. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { formatCount, US_PER_S } from '../../core/units.js';
import { causes } from '../delivery/end.js';
import { evaluateGates } from '../gate/evaluate.js';
import type { GateResult } from '../gate/gate-result.js';
import { namedSpans } from '../gate/named-spans.js';
import { doubtBecause, ownLateness } from '../gate/own-lateness.js';
import { setAside } from '../gate/set-aside.js';
import { decideVerdict } from '../gate/verdict.js';
import { type Amendment, amend } from '../ledger/amendment.js';
import { ParquetWriter } from '../ledger/parquet-writer.js';
import { readLedger } from '../ledger/read-ledger.js';
import type { Ledger } from '../ledger/row.js';
import { initHistograms } from '../measure/histogram.js';
import { type RunClock, runSecondsOf } from '../measure/marks.js';
import { measure } from '../measure/measure.js';
import type { GeneratorFacts, Mark, RefusedCalls } from '../measure/measures.js';
import type { FanBook } from '../plan/fan-book.js';
import type { PlayedPlan } from '../plan/plan.js';
import type { Exhibit } from '../player/recorder.js';
import { renderAffectedFans, unlistedNote } from '../report/affected-fans.js';
import { renderAnnotations } from '../report/annotations.js';
import { BEGUN_NAME } from '../report/begun.js';
import { composeDocument } from '../report/compose.js';
import type { ReportDocument, Summary } from '../report/document.js';
import { malformedSamples } from '../report/malformed-samples.js';
import { renderAll } from '../report/render-all.js';
import { type RunFolder, writeFiles } from '../report/run-folder.js';
import { renderTerminal } from '../report/terminal.js';
import type { Scenario } from '../scenario/schema.js';
import { sentKinds } from '../scenario/sent-kind.js';
import type { SimulationFacts } from '../virtual/facts.js';
import { hasColour } from './colour.js';
import { keepLedger, type LedgerToKeep, rowsOnDisk } from './ledger-keeping.js';
import { heldBackNote } from './platform-notes.js';
import type { Watched } from './playing.js';

const interrupted = causes.indexOf('interrupted');

export interface RunToReport extends Watched, Told {
  /** Of the platform itself; undefined: its API was not served. */
  readonly platformEvents: Summary['platformEvents'];
  readonly refusedCalls: RefusedCalls | undefined;
  /** Texts that must not be in a report. */
  readonly secrets: readonly string[];
}

/** What `run` and `simulate` know alike. */
interface Told {
  readonly flags: { readonly json: boolean; readonly color?: boolean | undefined };
  readonly scenario: Scenario;
  readonly plan: PlayedPlan;
  readonly clock: RunClock;
  readonly isWindow: boolean;
  readonly marks: readonly Mark[];
  readonly book: FanBook;
  readonly folder: RunFolder;
  readonly environment: Summary['environment'];
  readonly target: Summary['target'];
  /** How our own part of the run failed, if it did. */
  readonly broken: string | undefined;
  readonly interrupted: boolean;
  readonly abortedBy: GateResult | undefined;
  readonly hooks: Watched['hooks'];
  readonly notes: readonly string[];
}

/** A finished ledger and what is known beside it. */
export interface LedgerToReport extends Told {
  readonly kind: Summary['kind'];
  readonly ledger: Ledger;
  readonly exhibits: readonly Exhibit[];
  readonly generator: GeneratorFacts;
  readonly failedPosts: Summary['failedPosts'];
  readonly surplusReplies?: number;
  readonly startedAtMs: number;
  readonly malformed: Summary['samples']['malformed'];
  readonly platformEvents?: Summary['platformEvents'];
  readonly refusedCalls?: RefusedCalls | undefined;
  /** Of a simulation. */
  readonly simulation?: SimulationFacts | undefined;
  readonly keeping: Pick<LedgerToKeep, 'onKept' | 'otherwise'>;
  /** Started before; undefined: starts now. */
  readonly parquet?: ParquetWriter | undefined;
}

/** Prints the summary and returns the exit code. What could not be written is said, and costs a green exit. */
export async function reportRun(run: RunToReport): Promise<number> {
  const { clock, played, interrupted, abortedBy, folder } = run;
  const spools = played.shards.map(({ spool }) => spool);
  const { ledger, problems } = readLedger(spools);
  for (const { amendments } of played.shards) amend(ledger, amendments);
  return reportLedger({
    ...run,
    kind: 'run',
    ledger,
    exhibits: played.shards.flatMap(({ exhibits }) => exhibits),
    generator: { ...played.generator, interrupted: interrupted || abortedBy !== undefined || played.deaths.length > 0 },
    failedPosts: played.failedPosts,
    surplusReplies: surplusReplies(played),
    startedAtMs: played.startedAtMs,
    malformed: malformedSamples(
      played.shards.flatMap(({ malformedReplies }) => malformedReplies),
      run.secrets,
      clock,
    ),
    notes: [...run.notes, ...problems, ...cutOffNote(ledger), ...strayNote(strays(played)), ...played.deaths],
    broken: run.broken ?? played.deaths[0],
    keeping: {
      onKept: () => {
        for (const path of [...spools.map((spool) => spool.path), join(folder.path, BEGUN_NAME)])
          rmSync(path, { force: true });
      },
      otherwise: rowsOnDisk(folder, spools, ledger.length),
    },
  });
}

/** As `reportRun`, for rows that are in memory already. */
export async function reportLedger(run: LedgerToReport): Promise<number> {
  const parquet = run.parquet ?? new ParquetWriter();
  try {
    const { ledger, plan, scenario, folder, keeping } = run;
    const parts = scenario.traffic.map(({ name }) => name);
    const labels = { intents: plan.catalogue.intents, parts, kinds: sentKinds };
    return await measureAndReport(run, keepLedger({ ledger, labels, folder, ...keeping }, parquet));
  } finally {
    await parquet.stop();
  }
}

/** `kept`: the ledger is written meanwhile; what goes wrong there. */
async function measureAndReport(run: LedgerToReport, kept: Promise<readonly string[]>): Promise<number> {
  const { scenario, plan, clock, marks, ledger, interrupted, abortedBy, folder } = run;
  await initHistograms();
  const planned = plan.columns.length;
  const measured = measure({
    ledger,
    planned,
    marks,
    generator: run.generator,
    promiseS: scenario.promise,
    inboxCapacity: scenario.inbox.capacity,
    posting: { deadlineS: scenario.platform.deadline, attempts: scenario.platform.attempts },
  });
  const gateInput = {
    ledger,
    measures: measured,
    spans: namedSpans(scenario, marks),
    dayToRunUs: (dayS: number) => runSecondsOf(dayS, clock) * US_PER_S,
  };
  const evaluated = evaluateGates(scenario.gates, gateInput);
  // Nothing is late in virtual time.
  const halts = run.simulation === undefined ? ownLateness(scenario.gates, gateInput) : [];
  const instrument = doubtBecause(measured.instrument, halts);
  const measures = { ...measured, instrument };
  const judged = setAside(evaluated, {
    isWindow: run.isWindow,
    unplayedFaults: run.target.reference ? [] : scenario.faults.map((fault) => fault.name ?? fault.do),
  });
  // The gate that stopped the run failed as it did then.
  const gates = judged.gates.map((gate) =>
    gate.expression === abortedBy?.expression && gate.name === abortedBy.name ? abortedBy : gate,
  );
  const verdictWith = (unwritten: readonly string[]) =>
    decideVerdict({
      gates,
      gatesSetAside: judged.aside,
      instrument: measures.instrument,
      audit: measures.audit,
      interrupted,
      abortedBy,
      broken: run.broken,
      unwritten,
    });
  const shown = new Map(run.exhibits.map((exhibit) => [exhibit.id, exhibit.shown] as const));
  const notes = [...run.notes, ...heldBackNote(measures.counts.heldBack), ...unlistedNote(measures.counts.notices)];
  const documentWith = (ledgerProblems: readonly string[], unwritten: readonly string[]) =>
    composeDocument({
      ...run,
      planDigest: plan.digest,
      measures,
      gates,
      gatesSetAside: judged.aside,
      verdict: verdictWith([...ledgerProblems, ...unwritten]),
      notes: [...notes, ...ledgerProblems],
    });
  const csv = renderAffectedFans({
    plan,
    book: run.book,
    clock,
    ledger,
    errorWindows: measures.errorWindows,
    shown,
  });
  const write = (document: ReportDocument) => writeFiles(folder, { ...renderAll(document), 'affected-fans.csv': csv });
  // What people and CI read does not wait for the database; what goes wrong there is told in a second writing.
  let document = documentWith([], []);
  let unwritten = write(document);
  const ledgerProblems = await kept;
  if (ledgerProblems.length + unwritten.length > 0) {
    // Now there may be more room on the disk.
    document = documentWith(ledgerProblems, []);
    unwritten = write(document);
  }
  if (unwritten.length > 0) {
    // The files that are there must not be greener than the exit.
    document = documentWith(ledgerProblems, unwritten);
    unwritten = write(document);
  }
  print(run, document, unwritten);
  return document.summary.verdict.exitCode;
}

/** Beside the messages that are flagged: one may have got several. */
function surplusReplies({ shards }: RunToReport['played']): number {
  const isSurplus = ({ correctedUs }: Amendment) => correctedUs === undefined;
  return shards.reduce((sum, { amendments }) => sum + amendments.filter(isSurplus).length, 0);
}

function strays({ shards }: RunToReport['played']): number {
  return shards.reduce((sum, { strayReplies }) => sum + strayReplies, 0);
}

/** Messages that had been posted when the run was not to be waited for any more. */
function cutOffNote({ length, cause, attempts }: Ledger): string[] {
  let count = 0;
  for (let row = 0; row < length; row++) if (cause[row] === interrupted && attempts[row]! > 0) count++;
  if (count === 0) return [];
  return [
    `${formatCount(count)} messages had been posted and had no end yet when the run was cut off: they stand as unsent: interrupted, and their posts are not counted`,
  ];
}

/** Later replies to nobody. */
export function strayNote(strays: number): string[] {
  return strays === 0 ? [] : [`${strays} later replies went to fans who had asked nothing`];
}

function print(
  { flags, folder }: LedgerToReport,
  document: ReturnType<typeof composeDocument>,
  unwritten: readonly string[],
): void {
  const reportPath = unwritten.length === 0 ? join(folder.shownPath, 'report.html') : null;
  if (flags.json) process.stdout.write(`${JSON.stringify(document.summary, null, 2)}\n`);
  else process.stdout.write(renderTerminal(document, { colour: hasColour(flags.color), reportPath }));
  if (process.env.GITHUB_ACTIONS === 'true' && !flags.json) process.stdout.write(renderAnnotations(document));
  for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
}
