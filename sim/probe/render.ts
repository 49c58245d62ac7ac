/** What a probe found, for a terminal of at most 100 columns; doubt first, then the steps, then what follows from them. */
import pc from 'picocolors';
import { unreachable } from '../../core/problem.js';
import { formatCount, formatDurationS, formatShare } from '../../core/units.js';
import { CEILING_SHARE } from './advice.js';
import type { ProbeDocument } from './document.js';
import { FALL_SHARE } from './ladder.js';
import { busyShareOf, errorShareOf, type FailureKind, failureKinds, failuresOf, type Step } from './step.js';
import { GOOD_R_SQUARED, type UslFit } from './usl-fit.js';

type Colours = ReturnType<typeof pc.createColors>;

const WIDTH = 100;
const HEAD = 12;
const heads = ['connections', 'right/s', 'mean ms', 'p50 ms', 'p99 ms', 'failed', 'X·R/N', 'probe busy'] as const;
const columnWidths = [11, 10, 10, 10, 10, 10, 8, 13] as const;
/** A last step that brings no more than this is flat. */
const FLAT_SHARE = 0.05;

export interface RenderProbeOptions {
  readonly colour: boolean;
  /** Where probe.json was written, if it was. */
  readonly path?: string | undefined;
}

/** Ends with a newline. */
export function renderProbe(document: ProbeDocument, { colour, path }: RenderProbeOptions): string {
  const colours = pc.createColors(colour);
  const blocks = [
    doubtBlock(document, colours),
    failingBlock(document, colours),
    stepsBlock(document, colours),
    findingsBlock(document, colours),
    adviceBlock(document, colours),
    [...document.notes.flatMap((note) => row(colours, 'NOTE', note)), ...(path ? row(colours, 'WRITTEN', path) : [])],
  ];
  return `\n${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function doubtBlock({ doubt }: ProbeDocument, colours: Colours): string[] {
  if (doubt === null) return [];
  const title = doubt.isCeilingInDoubt ? "! THE CEILING MAY BE THE PROBE'S" : '! THE PROBE WAS BUSY';
  const words = `From ${formatCount(doubt.fromConnections)} connections on the probe itself was ${percent(doubt.busyShare)} busy.`;
  const so = doubt.isCeilingInDoubt
    ? "The ceiling below may be the probe's and not the target's: the target carries at least that. Give the probe a machine of its own."
    : "The ceiling stands below that; what comes after it, falling throughput included, may be the probe's.";
  return [colours.yellow(colours.bold(title)), ...paragraph(`${words} ${so}`).map(colours.yellow)];
}

function failingBlock({ ceiling, steps, stop }: ProbeDocument, colours: Colours): string[] {
  const last = steps.at(-1);
  if (ceiling !== null || last === undefined) return [];
  const what =
    stop === 'silent'
      ? `Nothing was answered in ${formatDurationS(last.windowS)}.`
      : `${percent(errorShareOf(last))} of what was sent failed: ${causesOf(last)}.`;
  return [
    colours.red(colours.bold(`✗ THE TARGET FAILS at ${connectionsOf(last.connections)}`)),
    ...paragraph(`${what} There is no ceiling to tell. ${hintOf(last)}`.trim()),
  ];
}

/** What the commonest failure usually means. */
function hintOf(step: Step): string {
  const [worst] = [...failureKinds].sort((a, b) => step.failures[b] - step.failures[a]);
  const hints: Partial<Record<FailureKind, string>> = {
    wrong: "Do the scenario's `expect:` lines say what this target answers?",
    misaddressed: 'Replies went to fans other than the one who wrote.',
    acknowledged: 'It only acknowledges, and answers later if at all: a closed loop cannot see that; use `run`.',
  };
  return failuresOf(step) === 0 ? '' : (hints[worst!] ?? '');
}

function stepsBlock(document: ProbeDocument, colours: Colours): string[] {
  const { scenario, target, stepS, warmUpS, steps, stop } = document;
  const kneeAt = document.knee.type === 'found' ? document.knee.knee.connections : undefined;
  return [
    ...row(
      colours,
      'PROBE',
      `${scenario.name} · seed ${scenario.seed} · ${target.reference ? 'the reference server' : target.url}`,
    ),
    ...row(
      colours,
      '',
      `closed loop: each connection sends its next message when the last is answered; ${formatDurationS(stepS)} a step, the first ${formatDurationS(warmUpS)} not counted`,
    ),
    '',
    colours.dim(`  ${heads.map((head, place) => head.padStart(columnWidths[place]!)).join('')}`),
    ...steps.map((step) => {
      const marks = [
        ...(step.connections === kneeAt ? ['knee'] : []),
        ...(step.connections === document.ceiling?.connections ? ['ceiling'] : []),
      ];
      const mark = marks.length === 0 ? '' : ` ← ${marks.join(', ')}`;
      const line = `  ${cellsOf(step)
        .map((cell, place) => cell.padStart(columnWidths[place]!))
        .join('')}`;
      return (failuresOf(step) > 0 ? colours.yellow(line) : line) + colours.cyan(mark);
    }),
    ...paragraph(stopWords(stop, steps)),
  ];
}

function cellsOf(step: Step): string[] {
  const { connections, perSecond, latencyMs, littleRatio } = step;
  const latency = [latencyMs?.mean, latencyMs?.p50, latencyMs?.p99];
  return [
    formatCount(connections),
    rate(perSecond),
    ...latency.map((value) => (value === undefined ? '-' : milliseconds(value))),
    formatShare(Number(errorShareOf(step).toPrecision(3))),
    littleRatio === null ? '-' : littleRatio.toFixed(2),
    percent(busyShareOf(step)),
  ];
}

function stopWords(stop: ProbeDocument['stop'], steps: readonly Step[]): string {
  const last = steps.at(-1);
  switch (stop) {
    case 'top':
      return '';
    case 'falling':
      return 'Stopped there: throughput fell for two steps running.';
    case 'errors':
      return `Stopped there: more than 1 % failed${last ? ` (${causesOf(last)})` : ''}.`;
    case 'silent':
      return 'Stopped there: nothing was answered.';
    case 'interrupted':
      return 'Interrupted: the step under way is not shown.';
    default:
      return unreachable(stop);
  }
}

function causesOf(step: Step): string {
  return failureKinds
    .filter((kind) => step.failures[kind] > 0)
    .map((kind) => `${kind} ${formatCount(step.failures[kind])}`)
    .join(' · ');
}

function findingsBlock({ ceiling, knee, usl, steps, stop }: ProbeDocument, colours: Colours): string[] {
  if (ceiling === null) return [];
  const [previous, last] = [steps.at(-2), steps.at(-1)];
  const isOpenEnded =
    stop === 'top' &&
    ceiling.connections === last?.connections &&
    ceiling.perSecond > (previous?.perSecond ?? 0) * (1 + FLAT_SHARE);
  return [
    ...row(
      colours,
      'CEILING',
      `${rate(ceiling.perSecond)}/s, at ${connectionsOf(ceiling.connections)}${isOpenEnded ? '; it may still rise beyond: give more --connections' : ''}`,
    ),
    ...row(
      colours,
      'KNEE',
      knee.type === 'found'
        ? `${connectionsOf(knee.knee.connections)}: ${rate(knee.knee.perSecond)}/s at ${milliseconds(knee.knee.meanMs)} ms; from there latency grows faster than throughput (highest X/R)`
        : 'not reached: throughput still grows faster than latency at the last step; give more --connections',
    ),
    ...row(colours, 'SCALING', uslWords(usl, steps, ceiling.perSecond)),
  ];
}

function uslWords(usl: UslFit, steps: readonly Step[], ceilingPerSecond: number): string {
  if (usl.type === 'refused') return `universal scalability law not fitted: ${usl.reason}`;
  const { lambdaPerSecond, sigma, kappa, rSquared, peak, limitPerSecond } = usl;
  const law = `universal scalability law: λ ${rate(lambdaPerSecond)}/s · σ ${small(sigma)} · κ ${small(kappa)} · R² ${rSquared.toFixed(3)}`;
  if (rSquared < GOOD_R_SQUARED) return `${law}; it does not describe this target: do not reckon with it`;
  if (peak !== null) {
    const words = `${law}; by it throughput is highest at N = ${formatCount(Math.floor(peak.connections))} with ${rate(peak.perSecond)}/s, and falls beyond`;
    const beyond = steps.filter(({ connections }) => connections > peak.connections);
    if (beyond.length === 0) return `${words}, which is more than was tried`;
    const hasFallen = beyond.some(({ perSecond }) => perSecond < ceilingPerSecond * (1 - FALL_SHARE));
    return hasFallen
      ? words
      : `${words}; measured, it did not fall (a fixed number of places levels off; the law bends)`;
  }
  if (limitPerSecond !== null)
    return `${law}; no crosstalk seen (κ ≈ 0): it never falls, and tends to ${rate(limitPerSecond)}/s`;
  return `${law}; no contention seen (σ ≈ 0, κ ≈ 0): throughput grows with every connection tried`;
}

function adviceBlock({ advice, ceiling, knee }: ProbeDocument, colours: Colours): string[] {
  if (advice === null || ceiling === null) return [];
  const share = `${percent(CEILING_SHARE)} of the ceiling`;
  const rule =
    advice.rule === 'knee'
      ? `the throughput at the knee, which is lower than ${share}`
      : `${share}${knee.type === 'found' ? ', which is not above the throughput at the knee' : ''}`;
  return [
    ...row(colours, 'ADVISED', `${colours.bold(`at most ${rate(advice.perSecond)}/s`)} in an open loop: ${rule}`),
    ...row(
      colours,
      'IT IS NOT',
      'a rehearsal. In a closed loop arrivals wait for answers, so a slow target is asked less, and the latencies above leave out the wait of all who would have come meanwhile (coordinated omission). Fans do not wait for each other: what they feel only `peakday run` tells.',
    ),
  ];
}

function connectionsOf(count: number): string {
  return `${formatCount(count)} connection${count === 1 ? '' : 's'}`;
}

function rate(perSecond: number): string {
  return perSecond >= 100 ? formatCount(perSecond) : String(Number(perSecond.toPrecision(3)));
}

function milliseconds(value: number): string {
  return value >= 100 ? formatCount(value) : String(Number(value.toPrecision(3)));
}

function small(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(2)));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function row(colours: Colours, name: string, words: string): string[] {
  return wrap(words, WIDTH - HEAD).map((line, place) => colours.bold((place === 0 ? name : '').padEnd(HEAD)) + line);
}

function paragraph(words: string): string[] {
  return wrap(words, WIDTH - 2).map((line) => `  ${line}`);
}

/** Words here are Latin: one column a character. */
function wrap(words: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ').filter((part) => part !== '')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
