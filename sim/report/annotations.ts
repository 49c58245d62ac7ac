/**
 * Workflow commands that GitHub shows as annotations: one a failed threshold, never one a message. GitHub keeps ten of a
 * kind a step, so the tenth stands for the rest.
 */
import { whyText } from '../gate/set-aside.js';
import type { ReportDocument } from './document.js';
import { isNoGateJudged } from './figures.js';
import { stormClause, stormIn } from './storm.js';

const MAX_ANNOTATIONS = 10;

/** Lines for standard output, each ended by a newline; empty when there is nothing to complain about. */
export function renderAnnotations({ summary }: ReportDocument): string {
  const scenario = `peakday ${summary.scenario.name}`;
  const { instrument, audit, gates, gatesSetAside = [] } = summary;
  const aside = gatesSetAside.map(({ name, why }) => `${name} (${whyText[why]})`).join('; ');
  const storm = stormIn(summary);
  const errors = [
    ...(audit.closed ? [] : [error(scenario, `the ledger does not close: ${audit.faults.join('; ')}`)]),
    ...(instrument.status === 'INVALID'
      ? [error(`${scenario}: instrument INVALID`, instrument.reasons.join('; '))]
      : gates
          .filter(({ pass }) => !pass)
          .map(({ name, expression, shown }) =>
            error(`${scenario}: ${name}`, `observed ${shown}, limit ${expression}`),
          )),
    ...(isNoGateJudged(summary) ? [error(scenario, `none of the gates could be judged: ${aside}`)] : []),
  ];
  const kept = errors.length > MAX_ANNOTATIONS ? errors.slice(0, MAX_ANNOTATIONS - 1) : errors;
  const rest = errors.length - kept.length;
  const lines = [
    ...kept,
    ...(rest > 0 ? [error(scenario, `and ${rest} more failed; see report.html`)] : []),
    ...(gates.length > 0 && gatesSetAside.length > 0
      ? [command('warning', `${scenario}: gates set aside`, aside)]
      : []),
    ...(storm === undefined ? [] : [command('warning', `${scenario}: retry storm`, stormClause(storm).en)]),
    ...(instrument.status === 'SUSPECT'
      ? [command('warning', `${scenario}: instrument SUSPECT`, instrument.reasons.join('; '))]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function error(title: string, message: string): string {
  return command('error', title, message);
}

function command(level: 'error' | 'warning', title: string, message: string): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
