/** A model's predictions and what was measured, side by side, from flags to files. */
import { join } from 'node:path';
import process from 'node:process';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { initHistograms } from '../measure/histogram.js';
import { drawFanPools } from '../plan/fan-book.js';
import { makePlan } from '../plan/plan.js';
import { capacityPerS } from '../planning/capacity.js';
import { readModel } from '../planning/model.js';
import { originNotes, referenceTarget } from '../planning/model-origin.js';
import { predict } from '../planning/predict.js';
import { middleSeries, type PredictedSeries, predictedSeries } from '../planning/predicted-series.js';
import {
  renderValidationMarkdown,
  renderValidationTerminal,
  type ValidationDocument,
} from '../planning/render-validation.js';
import { compare, type Figures, figuresOf } from '../planning/validation.js';
import { renderHtml } from '../report/html.js';
import { readRunFolder, writeFiles } from '../report/run-folder.js';
import { loadScenario } from '../scenario/load.js';
import { Gathered } from './gathered.js';
import { Interruption } from './interruption.js';
import { withModel } from './model-option.js';
import { virtualDay } from './virtual-day.js';
import { parseWindow } from './window-option.js';

export interface ValidateFlags {
  readonly run: string;
  readonly model: string;
  readonly replications: number;
  readonly json: boolean;
}

const MOST_REPLICATIONS = 1_000;

/** Returns the exit code: a prediction that misses is a result, not a failure. */
export async function validateModel(flags: ValidateFlags): Promise<number> {
  // Half of the days are no smaller comparison but another one: nothing is kept of them.
  const interruption = new Interruption('interrupted: nothing was compared, and nothing written');
  try {
    return await compareDays(flags);
  } finally {
    interruption.end();
  }
}

async function compareDays(flags: ValidateFlags): Promise<number> {
  const { replications } = flags;
  const gathered = new Gathered();
  await gathered.take(() => checkReplications(replications));
  const learnt = await gathered.take(() => readModel(flags.model));
  const run = await gathered.take(() => readRunFolder(flags.run));
  if (run !== undefined) {
    gathered.add(virtualDay(flags.run, run.summary.kind, 'validate holds a model against what a run measured'));
  }
  const loaded = await gathered.take(() => run && loadScenario(join(flags.run, 'scenario.json')));
  const sound = gathered.complete({ model: learnt, run, loaded });
  const { model } = sound;
  const measuredRun = sound.run;
  const { summary } = measuredRun;
  const scenario = withModel(sound.loaded.scenario, flags.model);
  const plan = makePlan(scenario, parseWindow(summary.scenario.window ?? undefined, scenario));
  if (plan.digest !== summary.scenario.planDigest) {
    throw new UserError(
      ExitCode.usage,
      `${flags.run}: its plan cannot be made again (another version of peakday made it); run it anew`,
    );
  }
  const pools = await drawFanPools(scenario.seed, scenario.platform.account);
  await initHistograms();
  const measured = figuresOf({
    outcomes: summary.outcomes,
    durationS: summary.durationS,
    response: summary.latencyMs.response,
    backlog: summary.backlog,
    recovery: summary.recovery,
  });
  const days: { readonly figures: Figures; readonly series: PredictedSeries }[] = [];
  for (let replication = 0; replication < replications; replication++) {
    const { figures, ledger } = await predict(scenario, plan, pools, replication);
    days.push({ figures, series: predictedSeries(ledger, measuredRun.charts.series) });
  }
  const spanS = (plan.endDayS - plan.startDayS) / scenario.speed;
  const document: ValidationDocument = {
    schema: 'peakday.validation/1',
    run: flags.run,
    model: flags.model,
    scenario: { name: scenario.name, seed: scenario.seed, planDigest: plan.digest },
    load: plan.columns.length / spanS / capacityPerS(scenario.server),
    replications,
    compared: compare(
      days.map(({ figures }) => figures),
      measured,
    ),
    series: middleSeries(days.map(({ series }) => series)),
    notes: [
      ...originNotes(model, {
        folder: flags.run,
        scenario: sound.loaded.scenario,
        planDigest: plan.digest,
        startedAt: summary.startedAt,
        target: summary.target.reference ? referenceTarget : summary.target.url,
      }),
      ...(summary.instrument.status === 'VALID'
        ? []
        : [`the instrument of the run was ${summary.instrument.status}: what was measured is doubtful itself`]),
    ],
  };
  const json = `${JSON.stringify(document, null, 2)}\n`;
  const folder = { path: flags.run, shownPath: flags.run };
  const unwritten = writeFiles(folder, {
    'validation.json': json,
    'validation.md': renderValidationMarkdown(document),
    'validation.html': renderHtml({ ...measuredRun, prediction: document }),
  });
  const path = unwritten.length > 0 ? undefined : join(flags.run, 'validation.html');
  process.stdout.write(flags.json ? json : renderValidationTerminal(document, path));
  for (const problem of unwritten) process.stderr.write(`peakday: ${problem}\n`);
  return unwritten.length > 0 ? ExitCode.unexpected : ExitCode.pass;
}

function checkReplications(replications: number): void {
  if (Number.isInteger(replications) && replications >= 1 && replications <= MOST_REPLICATIONS) return;
  throw new UserError(ExitCode.usage, `--replications takes a whole number from 1 to ${MOST_REPLICATIONS}`);
}
