/** From what the threads wrote to the verdict: ledger, measures, gates, and every file of the run folder. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import { US_PER_S } from '../../core/units.js';
import { evaluateGates } from '../gate/evaluate.js';
import type { GateResult } from '../gate/gate-result.js';
import { namedSpans } from '../gate/named-spans.js';
import { decideVerdict } from '../gate/verdict.js';
import { type Amendment, amend } from '../ledger/amendment.js';
import { ParquetWriter } from '../ledger/parquet-writer.js';
import { readLedger } from '../ledger/read-ledger.js';
import type { Ledger } from '../ledger/row.js';
import { initHistograms } from '../measure/histogram.js';
import { type RunClock, runSecondsOf } from '../measure/marks.js';
import { measure } from '../measure/measure.js';
import type { GeneratorFacts, Mark } from '../measure/measures.js';
import type { FanBook } from '../plan/fan-book.js';
import type { PlayedPlan } from '../plan/plan.js';
import type { Exhibit } from '../player/recorder.js';
import { renderAffectedFans, unlistedNote } from '../report/affected-fans.js';
import { renderAnnotations } from '../report/annotations.js';
import { composeDocument } from '../report/compose.js';
import type { ReportDocument, Summary } from '../report/document.js';
import { malformedSamples } from '../report/malformed-samples.js';
import { renderAll } from '../report/render-all.js';
import { type RunFolder, reasonOf, writeFiles } from '../report/run-folder.js';
import { renderTerminal } from '../report/terminal.js';
import type { Scenario } from '../scenario/schema.js';
import { sentKinds } from '../scenario/sent-kind.js';
import type { SimulationFacts } from '../virtual/facts.js';
import { hasColour } from './colour.js';
import { heldBackNote } from './platform-notes.js';
import type { Watched } from './playing.js';

export interface RunToReport extends Watched, Told {
  /** Of the platform itself; undefined: its API was not served. */
  readonly platformEvents: Summary['platformEvents'];
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
  /** Of a simulation. */
  readonly simulation?: SimulationFacts | undefined;
  /** The rows are in ledger.parquet: what they were kept in meanwhile may go. */
  readonly onKept: () => void;
  /** Where the rows are when there is no ledger.parquet; undefined: nowhere. */
  readonly rowsElsewhere: string | undefined;
  /** Started before; undefined: starts now. */
  readonly parquet?: ParquetWriter | undefined;
}

/** Prints the summary and returns the exit code. What could not be written is said, and costs a green exit. */
export async function reportRun(run: RunToReport): Promise<number> {
  const { clock, played, interrupted, abortedBy, folder } = run;
  const { ledger, problems } = readLedger(played.shards.map(({ spool }) => spool));
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
    notes: [...run.notes, ...problems, ...strayNote(strays(played)), ...played.deaths],
    broken: run.broken ?? played.deaths[0],
    onKept: () => {
      for (const { spool } of played.shards) rmSync(spool.path, { force: true });
    },
    rowsElsewhere: `${folder.shownPath}/spool-*.bin`,
  });
}

/** As `reportRun`, for rows that are in memory already. */
export async function reportLedger(run: LedgerToReport): Promise<number> {
  const parquet = run.parquet ?? new ParquetWriter();
  try {
    return await measureAndReport(run, keepLedger(run, parquet));
  } finally {
    await parquet.stop();
  }
}

/** `kept`: the ledger is written meanwhile; what goes wrong there. */
async function measureAndReport(run: LedgerToReport, kept: Promise<readonly string[]>): Promise<number> {
  const { scenario, plan, clock, marks, ledger, interrupted, abortedBy, folder } = run;
  await initHistograms();
  const planned = plan.columns.length;
  const measures = measure({
    ledger,
    planned,
    marks,
    generator: run.generator,
    promiseS: scenario.promise,
    inboxCapacity: scenario.inbox.capacity,
    posting: { deadlineS: scenario.platform.deadline, attempts: scenario.platform.attempts },
  });
  const evaluated = evaluateGates(scenario.gates, {
    ledger,
    measures,
    spans: namedSpans(scenario, marks),
    dayToRunUs: (dayS) => runSecondsOf(dayS, clock) * US_PER_S,
  });
  // A part of the day, or a target whose faults we do not play, may hold nothing a gate asks for; the gate that stopped the run failed as it did then.
  const isOutside = (gate: GateResult) =>
    (run.isWindow || !run.target.reference) && gate.shown === 'no samples' && isScoped(gate, run);
  const gates = evaluated
    .filter((gate) => !isOutside(gate))
    .map((gate) => (gate.expression === abortedBy?.expression && gate.name === abortedBy.name ? abortedBy : gate));
  const verdict = decideVerdict({
    gates,
    instrument: measures.instrument,
    audit: measures.audit,
    interrupted,
    abortedBy,
    broken: run.broken,
  });
  const shown = new Map(run.exhibits.map((exhibit) => [exhibit.id, exhibit.shown] as const));
  const notes = [
    ...run.notes,
    ...evaluated.filter(isOutside).map(({ expression }) => `not judged, for nothing of it was played: ${expression}`),
    ...heldBackNote(measures.counts.heldBack),
    ...unlistedNote(measures.counts.notices),
  ];
  const documentWith = (further: readonly string[]) =>
    composeDocument({
      ...run,
      planDigest: plan.digest,
      measures,
      gates,
      verdict,
      notes: [...notes, ...further],
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
  const first = documentWith([]);
  const firstUnwritten = write(first);
  const ledgerProblems = await kept;
  const document = ledgerProblems.length === 0 ? first : documentWith(ledgerProblems);
  // Now there may be more room on the disk.
  const isToWrite = [...ledgerProblems, ...firstUnwritten].length > 0;
  const unwritten = isToWrite ? write(document) : firstUnwritten;
  print(run, document, unwritten);
  const isIncomplete = [...ledgerProblems, ...unwritten].length > 0;
  return verdict.exitCode === ExitCode.pass && isIncomplete ? ExitCode.unexpected : verdict.exitCode;
}

/** In a window anything may be missing; elsewhere only what hangs on a fault that was not played. */
function isScoped({ expression }: GateResult, { isWindow, scenario }: LedgerToReport): boolean {
  if (isWindow || expression.includes('recovery')) return true;
  return scenario.faults.some((fault) => expression.endsWith(` ${fault.name ?? fault.do}`));
}

/** Beside the messages that are flagged: one may have got several. */
function surplusReplies({ shards }: RunToReport['played']): number {
  const isSurplus = ({ correctedUs }: Amendment) => correctedUs === undefined;
  return shards.reduce((sum, { amendments }) => sum + amendments.filter(isSurplus).length, 0);
}

function strays({ shards }: RunToReport['played']): number {
  return shards.reduce((sum, { strayReplies }) => sum + strayReplies, 0);
}

/** Later replies to nobody. */
export function strayNote(strays: number): string[] {
  return strays === 0 ? [] : [`${strays} later replies went to fans who had asked nothing`];
}

/** ledger.parquet in the place of the threads' raw rows; those stay when it cannot be written. Never rejects. */
async function keepLedger(
  { ledger, plan, scenario, folder, onKept, rowsElsewhere }: LedgerToReport,
  parquet: ParquetWriter,
): Promise<string[]> {
  try {
    const parts = scenario.traffic.map(({ name }) => name);
    const labels = { intents: plan.catalogue.intents, parts, kinds: sentKinds };
    await parquet.write({ ledger, path: join(folder.path, 'ledger.parquet'), labels });
    onKept();
    return [];
  } catch (error) {
    const rest = rowsElsewhere === undefined ? '' : `; the raw rows are in ${rowsElsewhere}`;
    return [`ledger.parquet could not be written: ${reasonOf(error)}${rest}`];
  }
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
