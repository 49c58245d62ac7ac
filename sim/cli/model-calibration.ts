/** A model of the server, from run folders to a file. */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { wallMs } from '../../core/clock.js';
import { ExitCode } from '../../core/exit-code.js';
import { type Problem, UserError } from '../../core/problem.js';
import { US_PER_S } from '../../core/units.js';
import { readParquet } from '../ledger/read-parquet.js';
import { marksOf } from '../measure/marks.js';
import { type CalibrationRun, calibrate } from '../planning/calibrate.js';
import type { Model } from '../planning/model.js';
import { referenceSettings, referenceTarget } from '../planning/model-origin.js';
import { renderModel } from '../planning/render-model.js';
import type { ProbeDocument } from '../probe/document.js';
import type { Summary } from '../report/document.js';
import { readRunFolder, reasonOf } from '../report/run-folder.js';
import { loadScenario } from '../scenario/load.js';
import { dayEndS } from '../scenario/schema.js';
import { Gathered } from './gathered.js';
import { contentionOf, noContention } from './probed-contention.js';
import { virtualDay } from './virtual-day.js';
import { parseWindow } from './window-option.js';

export interface CalibrateFlags {
  readonly run: readonly string[];
  readonly probe?: string | undefined;
  readonly out: string;
  readonly json: boolean;
}

const MOST_ROWS = 400_000;
const MOST_RUNS = 20;

export async function calibrateModel(flags: CalibrateFlags): Promise<void> {
  if (flags.run.length > MOST_RUNS) throw new UserError(ExitCode.usage, `at most ${MOST_RUNS} runs at a time`);
  const gathered = new Gathered();
  const all = await Promise.all(flags.run.map((folder) => gathered.take(() => readRun(folder))));
  const probe = await gathered.take(() => (flags.probe === undefined ? null : readProbe(flags.probe)));
  const read = all.filter((run) => run !== undefined);
  gathered.add([...read.flatMap(unusable), ...givenTwice(flags.run), ...differences(read)]);
  gathered.complete({});
  const calibrated = calibrate(read.map(({ run }) => run));
  if (typeof calibrated === 'string') throw new UserError(ExitCode.usage, calibrated);
  const { contention, notes } = probe === undefined || probe === null ? noContention : contentionOf(probe, calibrated);
  const model: Model = {
    ...calibrated,
    notes: [...calibrated.notes, ...notes],
    madeAt: new Date(wallMs()).toISOString(),
    contention,
  };
  const text = `${JSON.stringify(model, null, 2)}\n`;
  try {
    writeFileSync(flags.out, text);
  } catch (error) {
    throw new UserError(ExitCode.unexpected, `${flags.out} could not be written: ${reasonOf(error)}`);
  }
  process.stdout.write(flags.json ? text : renderModel(model, flags.out));
}

interface ReadRun {
  readonly run: CalibrationRun;
  readonly summary: Summary;
}

async function readRun(folder: string): Promise<ReadRun> {
  const { summary } = readRunFolder(folder);
  const { scenario } = await loadScenario(join(folder, 'scenario.json'));
  const rows = await readParquet(join(folder, 'ledger.parquet'), MOST_ROWS);
  const window = parseWindow(summary.scenario.window ?? undefined, scenario);
  const clock = {
    startDayS: summary.scenario.startDayS,
    endDayS: window?.toDayS ?? dayEndS(scenario),
    speed: summary.scenario.speed,
  };
  const faults = marksOf(scenario, clock)
    .filter(({ type }) => type === 'fault')
    .map(({ startS, endS }) => ({ fromUs: startS * US_PER_S, toUs: endS * US_PER_S }));
  const target = summary.target.reference ? referenceTarget : summary.target.url;
  const isSuspect = summary.instrument.status === 'SUSPECT';
  const { planDigest } = summary.scenario;
  const { startedAt } = summary;
  return { run: { folder, scenario, planDigest, isSuspect, target, startedAt, rows, faults }, summary };
}

function unusable({ run: { folder, scenario }, summary }: ReadRun): Problem[] {
  const refuse = (message: string): Problem => ({ file: folder, message });
  const repliesLater =
    scenario.channel === undefined
      ? summary.target.reference && scenario.server.reply === 'later'
      : scenario.channel.reply.from !== 'response';
  return [
    ...virtualDay(folder, summary.kind, 'calibrate learns from runs'),
    ...(summary.instrument.status === 'INVALID'
      ? [refuse('its instrument was not valid: the times are those of the generator, not of the server')]
      : []),
    ...(repliesLater ? [refuse('its replies came later, not in the response: they do not tell the work time')] : []),
  ];
}

/** It would count twice. */
function givenTwice(folders: readonly string[]): Problem[] {
  const places = folders.map((folder) => (existsSync(folder) ? realpathSync(folder) : folder));
  return folders
    .filter((_, place) => places.indexOf(places[place]!) !== place)
    .map((folder) => ({ file: folder, message: 'is given twice: say each run once' }));
}

/** One model is of one server. */
function differences(runs: readonly ReadRun[]): Problem[] {
  const [first] = runs;
  if (first === undefined) return [];
  const setUp = ({ run, summary }: ReadRun) =>
    summary.target.reference ? JSON.stringify(referenceSettings(run.scenario)) : '';
  return runs.slice(1).flatMap((other) => {
    const refuse = (what: string): Problem[] => [
      { file: other.run.folder, message: `${what} than in ${first.run.folder}: a model is of one server` },
    ];
    if (other.run.target !== first.run.target) return refuse('another target');
    if (setUp(other) !== setUp(first)) return refuse('other `server` settings');
    const [a, b] = [other.run.scenario, first.run.scenario];
    if (a.platform.mode !== b.platform.mode) return refuse('another platform.mode');
    return (a.channel === undefined) === (b.channel === undefined) ? [] : refuse('another channel');
  });
}

function readProbe(path: string): ProbeDocument {
  const refuse = (reason: string) => new UserError(ExitCode.usage, `--probe ${path} ${reason}`);
  if (!existsSync(path)) throw refuse('is not there');
  let probe: Partial<ProbeDocument>;
  try {
    probe = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw refuse('is no JSON');
  }
  if (probe.schema !== 'peakday.probe/1' || probe.usl === undefined || !Array.isArray(probe.steps)) {
    throw refuse('is no probe.json of peakday');
  }
  return probe as ProbeDocument;
}
