/**
 * Shows a run while it goes on. On a terminal a few lines are redrawn four times a second; elsewhere (a pipe, CI, where
 * escape codes would end up in a log) a plain line is written every ten seconds. It has no timer: the run ticks it.
 */
import { createLogUpdate } from 'log-update';
import { type LiveState, renderLine, renderLive } from './live.js';

const REDRAW_S = 0.25;
const LINE_S = 10;

export interface LiveViewOptions {
  /** Normally `process.stderr`. */
  readonly stream: NodeJS.WritableStream & { readonly columns?: number | undefined };
  /** From `canRedraw`. */
  readonly redraw: boolean;
  readonly colour: boolean;
}

export interface LiveView {
  /** Call as often as you like; `state` is asked only when something is drawn. */
  tick(elapsedS: number, state: () => LiveState): void;
  /** A line that stays, above the live lines. */
  note(line: string): void;
  /** Takes the live lines away: the summary follows. */
  done(): void;
}

/** A terminal, and not CI (whose logs are terminals at times, but are read as files). */
export function canRedraw(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): boolean {
  const isCi = environment.CI !== undefined && environment.CI !== '' && environment.CI !== 'false';
  return stream.isTTY === true && environment.TERM !== 'dumb' && !isCi;
}

export function liveView(options: LiveViewOptions): LiveView {
  return options.redraw ? redrawnView(options) : plainView(options);
}

function redrawnView({ stream, colour }: LiveViewOptions): LiveView {
  const update = createLogUpdate(stream);
  let drawnS = Number.NEGATIVE_INFINITY;
  return {
    tick(elapsedS, state) {
      if (elapsedS - drawnS < REDRAW_S) return;
      drawnS = elapsedS;
      update(renderLive(state(), { colour, columns: stream.columns ?? 80 }).join('\n'));
    },
    note: (line) => update.persist(line),
    done() {
      update.clear();
      update.done();
    },
  };
}

function plainView({ stream }: LiveViewOptions): LiveView {
  let written = 0;
  return {
    tick(elapsedS, state) {
      const step = Math.floor(elapsedS / LINE_S);
      if (step <= written) return;
      written = step;
      stream.write(`${renderLine(state())}\n`);
    },
    note: (line) => void stream.write(`${line}\n`),
    done: () => undefined,
  };
}
