/** What `calibrate` found, for the terminal: the model, how well it fits, and where it was seen. */
import { formatCount, formatDurationS, formatShare } from '../../core/units.js';
import { capacityPerS } from './capacity.js';
import type { Model } from './model.js';
import { table } from './text-table.js';

export function renderModel(model: Model, path: string | undefined): string {
  const { server, patience, contention, seen, fit, notes } = model;
  const { work } = contention ?? {};
  const capacity = capacityPerS({
    workers: server.workers,
    workTime: { mean: server.workTimeMeanMs / 1_000 / (work?.factorSeen ?? 1) },
    contention: work ?? { sigma: 0, kappa: 0 },
  });
  const ms = (value: number) => formatDurationS(value / 1_000);
  const lines = [
    'SERVER',
    `  worked on at once   ${server.isWorkersCertain ? '' : 'at least '}${server.workers}`,
    `  work time           ${ms(server.workTimeMeanMs)} on average, log-normal, sigma ${server.workTimeSigma.toFixed(3)}`,
    `  there and back      ${ms(server.overheadMs)}`,
    `  may wait            ${server.queue === null ? 'not seen' : formatCount(server.queue)}`,
    `  that is             ${formatCount(capacity)} messages a second at most`,
    '',
    'PATIENCE',
    patience === null
      ? '  not seen: fewer than 30 fans wrote again'
      : `  median ${formatDurationS(patience.medianS)}, sigma ${patience.sigma.toFixed(2)}; ${formatShare(patience.resend)} write again. ${formatCount(patience.gaveUp)} gave up, ${formatCount(patience.answered)} were answered first; within ${formatShare(patience.distance)} of the Kaplan-Meier curve`,
    ...(contention === null
      ? []
      : [
          '',
          'CONTENTION',
          `  sigma ${contention.sigma.toPrecision(3)}, kappa ${contention.kappa.toPrecision(3)} (R² ${contention.rSquared.toFixed(3)})${contention.ceilingPerSecond === null ? '' : `; the probe saw ${formatCount(contention.ceilingPerSecond)} a second at most`}`,
          work === undefined
            ? '  not used for the work: see the notes'
            : `  of the work alone sigma ${work.sigma.toPrecision(3)}, kappa ${work.kappa.toPrecision(3)}, seen with up to ${work.connections} at once; the work time above is ${work.factorSeen.toFixed(2)} times that of a message alone`,
        ]),
    '',
    `HOW WELL IT FITS  ${formatCount(fit.messages)} work times, ${formatCount(fit.waited)} of them after a wait`,
    ...table(
      ['distribution', 'log-likelihood', 'AIC', 'KS distance'],
      fit.families.map(({ family, logLikelihood, aic, ksDistance }) => [
        family,
        formatCount(logLikelihood),
        formatCount(aic),
        formatShare(ksDistance),
      ]),
    ),
    '',
    'WHERE IT WAS SEEN',
    ...table(
      ['run', 'messages', 'a second', 'load', ''],
      seen.map(({ folder, messages, ratePerS, load, leftOut }) => [
        folder,
        formatCount(messages),
        String(Number(ratePerS.toPrecision(4))),
        formatShare(Number(load.toFixed(3))),
        leftOut === null ? '' : `not for the work time: ${leftOut}`,
      ]),
    ),
    ...notes.map((note) => `note: ${note}`),
    ...(path === undefined ? [] : ['', `MODEL  ${path}`]),
  ];
  return `${lines.join('\n')}\n`;
}
