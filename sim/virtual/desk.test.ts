import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type DeskSettings, deskSchema } from '../scenario/desk.js';
import { Desk, type DeskTask } from './desk.js';
import { EventQueue } from './event-queue.js';
import { Inbox } from './inbox.js';

const S = 1e6;
const clock = { startDayS: 9 * 3_600, speed: 1, endUs: 10_000 * S };

/** A desk with its events; messages come when the test says so. */
function deskWith(input: z.input<typeof deskSchema>, capacity = 100, workS = 60) {
  const settings: DeskSettings = deskSchema.parse(input);
  const events = new EventQueue();
  const inbox = new Inbox(capacity);
  const done: string[] = [];
  const lost: number[] = [];
  const desk = new Desk<DeskTask>({
    settings,
    clock,
    inbox,
    handlingUs: () => workS * S,
    correctingUs: () => workS * S,
    wakeAt: (timeUs) => events.push(timeUs, 0, 0),
    doneAt: (timeUs, person) => events.push(timeUs, 1, person),
    onDone: ({ kind, id }, nowUs) => done.push(`${kind} ${id} at ${Number((nowUs / S).toFixed(3))}`),
    onLost: ({ id }) => lost.push(id),
  });
  const until = (s: number) => {
    while (events.nextUs <= s * S) {
      const nowUs = events.nextUs;
      events.take();
      if (events.kind === 0) desk.changeStaff(nowUs);
      else desk.work(events.argument, nowUs);
    }
  };
  let id = 0;
  const come = (s: number, kind: DeskTask['kind'] = 'message') => {
    until(s);
    const place = inbox.enter(s * S);
    desk.forgetOverwritten(s * S);
    desk.add({ kind, id: id++, fan: 0, place, sinceUs: s * S }, s * S);
  };
  return { desk, inbox, come, until, done, lost };
}

describe('the desk', () => {
  it('answers in the order of arrival, as many at once as there are people', () => {
    const { come, until, done, desk } = deskWith({ people: 2 });
    for (const s of [0, 10, 20]) come(s);
    until(1_000);
    expect(done).toEqual(['message 0 at 60', 'message 1 at 70', 'message 2 at 120']);
    expect(desk.busyUs).toBe(180 * S);
  });

  it('goes slower on each of several chats, and gets more done in all', () => {
    const { come, until, done } = deskWith({ people: 1, chats: 2 });
    come(0);
    come(0);
    until(1_000);
    // 60 s of work each, at 1.7 ÷ 2 of the speed.
    expect(done).toEqual(['message 0 at 70.588', 'message 1 at 70.588']);
  });

  it('takes nothing new after a shift, and finishes what is open', () => {
    const { come, until, done, desk } = deskWith({
      shifts: [
        { from: '09:00', to: '09:01', people: 1 },
        { from: '09:10', to: '10:00', people: 1 },
      ],
    });
    come(50);
    come(55);
    until(2_000);
    expect(done).toEqual(['message 0 at 110', 'message 1 at 660']);
    expect(desk.people).toBe(1);
  });

  it('puts wrong replies right from their time on, before the messages, and only what the inbox still has', () => {
    const { come, until, done, lost, desk } = deskWith({ people: 1, corrections: { from: '09:05' } }, 3);
    come(0, 'correction');
    come(10);
    for (const s of [20, 30, 40]) come(s, 'correction');
    until(2_000);
    // 0 and 1 are overwritten by then; nobody worked on a correction before 300 s.
    expect(lost).toEqual([0]);
    expect(done).toEqual(['message 1 at 70', 'correction 2 at 360', 'correction 3 at 420', 'correction 4 at 480']);
    expect(desk.counts).toMatchObject({ asked: 1, answered: 1, wrong: 4, corrected: 3, lost: 1 });
  });
});
