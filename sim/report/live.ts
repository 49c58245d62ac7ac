/** What a run looks like while it goes on: a few lines to redraw, or one plain line. Pure: the state comes from the run. */
import pc from 'picocolors';
import { formatCount, formatTimeOfDay } from '../../core/units.js';
import type { Outcome } from '../delivery/end.js';
import { fit, left, printable } from './column.js';
import { formatMs, formatPart } from './figures.js';

/** Everything is "so far" unless it says "recent": then it is over the last second or few. */
export interface LiveState {
  readonly scenario: string;
  /** Seconds of the run since its start, and until the last message is due. */
  readonly elapsedS: number;
  readonly durationS: number;
  /** Turn run seconds into times of day, as in the summary. */
  readonly startDayS: number;
  readonly speed: number;
  /** Messages due, first posts, and messages settled, a second, recent. */
  readonly plannedPerS: number;
  readonly sentPerS: number;
  readonly donePerS: number;
  /** Messages a second in equal steps, oldest first; drawn on one scale. */
  readonly plannedHistory: readonly number[];
  readonly sentHistory: readonly number[];
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Posted and not answered. */
  readonly inFlight: number;
  /** Due and not settled. */
  readonly backlog: number;
  /** Response time and send lag, recent; null: none, or never. */
  readonly responseMsP50: number | null;
  readonly responseMsP99: number | null;
  readonly sendLagMsP99: number | null;
  /** Names of the faults in force. */
  readonly faults: readonly string[];
}

export interface LiveOptions {
  readonly colour: boolean;
  readonly columns: number;
}

const BAR = 30;
const HISTORY = 40;
const blocks = '▁▂▃▄▅▆▇█';

/** The lines of the live view. */
export function renderLive(state: LiveState, options: LiveOptions = { colour: false, columns: 100 }): string[] {
  const colours = pc.createColors(options.colour);
  const { outcomes } = state;
  const top = Math.max(...state.plannedHistory, ...state.sentHistory, 1);
  const name = (words: string) => colours.dim(left(words, 10));
  const troubles = (['late', 'wrong', 'misaddressed', 'dropped', 'unsent'] as const)
    .filter((outcome) => outcomes[outcome] > 0)
    .map((outcome) => colours.yellow(`${outcome} ${formatCount(outcomes[outcome])}`));
  const room = Math.max(0, Math.min(HISTORY, options.columns - 24));
  const lines = [
    `${colours.bold(fit(printable(state.scenario), 24))}  ${progressBar(state, colours.cyan, colours.dim)}  ${clockOf(state)}  ${minutes(state.elapsedS)}/${minutes(state.durationS)}`,
    `${name('planned')}${left(perSecond(state.plannedPerS), 10)}${colours.dim(sparkline(state.plannedHistory, top, room))}`,
    `${name('sent')}${left(perSecond(state.sentPerS), 10)}${colours.cyan(sparkline(state.sentHistory, top, room))}`,
    `${name('ended')}${[`answered ${formatCount(outcomes.answered)}`, ...troubles].join(' · ')}`,
    `${name('waiting')}backlog ${formatCount(state.backlog)} · in flight ${formatCount(state.inFlight)}`,
    `${name('response')}p50 ${msOf(state.responseMsP50)} · p99 ${msOf(state.responseMsP99)} · send lag p99 ${msOf(state.sendLagMsP99)}`,
  ];
  if (state.faults.length === 0) return lines;
  return [
    ...lines,
    `${name('faults')}${colours.red(fit(state.faults.map(printable).join(', '), options.columns - 11))}`,
  ];
}

/** One plain line, for pipes and CI logs: no escape codes, words that can be searched for. */
export function renderLine(state: LiveState): string {
  const { outcomes } = state;
  const ended = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const bad = ended - outcomes.answered - outcomes.late;
  const faults = state.faults.length === 0 ? [] : [`faults ${state.faults.map(printable).join(', ')}`];
  return [
    `elapsed ${minutes(state.elapsedS)}/${minutes(state.durationS)}`,
    `day ${clockOf(state)}`,
    `offered ${perSecond(state.plannedPerS)}`,
    `done ${perSecond(state.donePerS)}`,
    `p99 ${msOf(state.responseMsP99)}`,
    `err ${ended === 0 ? '0%' : formatPart(bad, ended)}`,
    `in-flight ${state.inFlight}`,
    `backlog ${state.backlog}`,
    ...faults,
  ].join('  ');
}

function progressBar(
  { elapsedS, durationS }: LiveState,
  done: (text: string) => string,
  todo: (text: string) => string,
) {
  const part = durationS > 0 ? Math.min(Math.max(elapsedS / durationS, 0), 1) : 1;
  const full = Math.round(part * BAR);
  return done('━'.repeat(full)) + todo('─'.repeat(BAR - full));
}

/** The last `cells` values as blocks; `top` is a full one. */
export function sparkline(values: readonly number[], top: number, cells: number): string {
  const shown = cells === 0 ? [] : values.slice(-cells);
  return shown
    .map((value) => blocks[Math.min(Math.max(Math.ceil((value / top) * blocks.length) - 1, 0), blocks.length - 1)])
    .join('');
}

function clockOf({ startDayS, speed, elapsedS }: LiveState): string {
  return formatTimeOfDay(startDayS + Math.max(elapsedS, 0) * speed, speed < 30);
}

function minutes(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3_600);
  return `${hours > 0 ? `${hours}:` : ''}${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
}

function perSecond(rate: number): string {
  return `${formatCount(rate)}/s`;
}

function msOf(ms: number | null): string {
  return ms === null ? '–' : formatMs(ms);
}
