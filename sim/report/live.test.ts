import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { cellsOf } from './column.js';
import { type LiveState, renderLine, renderLive, sparkline } from './live.js';
import { canRedraw, liveView } from './live-view.js';

const state: LiveState = {
  scenario: 'floraland',
  elapsedS: 380,
  durationS: 600,
  startDayS: 0,
  speed: 144,
  plannedPerS: 812,
  sentPerS: 809.6,
  donePerS: 801,
  plannedHistory: Array.from({ length: 60 }, (_, index) => index * 10),
  sentHistory: Array.from({ length: 60 }, (_, index) => index * 9),
  outcomes: { answered: 9_990, late: 3, wrong: 4, misaddressed: 0, dropped: 3, unsent: 0 },
  inFlight: 198,
  backlog: 212,
  responseMsP50: 41,
  responseMsP99: 84,
  sendLagMsP99: null,
  faults: ['wrong keyword rule'],
};

describe('renderLine', () => {
  it('is one searchable line', () => {
    expect(renderLine(state)).toBe(
      'elapsed 06:20/10:00  day 15:12  offered 812/s  done 801/s  p99 84ms  err 0.07%  in-flight 198  backlog 212  faults wrong keyword rule',
    );
  });
  it('bears the very start', () => {
    const outcomes = { answered: 0, late: 0, wrong: 0, misaddressed: 0, dropped: 0, unsent: 0 };
    expect(renderLine({ ...state, elapsedS: -1, outcomes, responseMsP99: null, faults: [] })).toBe(
      'elapsed 00:00/10:00  day 00:00  offered 812/s  done 801/s  p99 –  err 0%  in-flight 198  backlog 212',
    );
  });
});

describe('renderLive', () => {
  it('is a handful of lines that fit', () => {
    const lines = renderLive(state, { colour: false, columns: 80 });
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(80);
    expect(lines[0]).toContain('15:12');
    expect(lines.at(-1)).toContain('wrong keyword rule');
  });
  it('draws planned and sent on one scale', () => {
    expect(sparkline([0, 50, 100], 100, 10)).toBe('▁▄█');
    expect(sparkline([1, 2, 3], 3, 2)).toHaveLength(2);
    expect(sparkline([1], 3, 0)).toBe('');
  });
});

describe('liveView', () => {
  function watched(redraw: boolean) {
    const stream = new PassThrough();
    const view = liveView({ stream, redraw, colour: false });
    return { view, written: () => String(stream.read() ?? '') };
  }

  it('writes a plain line every ten seconds and asks for nothing in between', () => {
    const { view, written } = watched(false);
    let asked = 0;
    for (let elapsedS = 0; elapsedS < 31; elapsedS += 0.05) {
      view.tick(elapsedS, () => {
        asked++;
        return { ...state, elapsedS };
      });
    }
    view.note('interrupted: waiting for the last replies');
    view.done();
    const lines = written().trimEnd().split('\n');
    expect(asked).toBe(3);
    expect(lines.map((line) => line.slice(0, 13))).toEqual([
      'elapsed 00:10',
      'elapsed 00:20',
      'elapsed 00:30',
      'interrupted: ',
    ]);
    expect(lines.join('')).not.toContain('\u001b');
  });

  it('redraws at most four times a second', () => {
    const { view, written } = watched(true);
    let asked = 0;
    for (let step = 0; step < 100; step++) {
      view.tick(step / 50, () => {
        asked++;
        return state;
      });
    }
    view.done();
    expect(asked).toBeLessThanOrEqual(8);
    expect(written()).toContain('\u001b');
  });

  it('redraws on a terminal only, and never in CI', () => {
    expect(canRedraw({ isTTY: true }, {})).toBe(true);
    expect(canRedraw({ isTTY: true }, { CI: 'true' })).toBe(false);
    expect(canRedraw({ isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(canRedraw({}, {})).toBe(false);
  });
});
