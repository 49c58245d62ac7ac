import { describe, expect, it } from 'vitest';
import { dedupeKey, eventNames, messageKinds } from './inbound.js';
import { sampleEvents, sampleMessages, samples } from './inbound-samples.js';

describe('the lists of kinds', () => {
  it('are complete', () => {
    expect([...messageKinds].sort()).toEqual(Object.keys(sampleMessages).sort());
    expect([...eventNames].sort()).toEqual(Object.keys(sampleEvents).sort());
  });
});

describe('dedupeKey', () => {
  it('is the MsgId of a message', () => {
    expect(dedupeKey(sampleMessages.text)).toBe('24051524690104385');
  });

  it('keeps 64-bit ids apart that are one number in JavaScript', () => {
    const twin = { ...sampleMessages.text, msgId: '24051524690104386' };
    expect(dedupeKey(twin)).not.toBe(dedupeKey(sampleMessages.text));
  });

  it('is the MsgID of a finished job, apart from messages of that number', () => {
    expect(dedupeKey(sampleEvents.TEMPLATESENDJOBFINISH)).toBe('TEMPLATESENDJOBFINISH|200163836');
    const later = { ...sampleEvents.TEMPLATESENDJOBFINISH, createTimeS: 1 };
    expect(dedupeKey(later)).toBe(dedupeKey(sampleEvents.TEMPLATESENDJOBFINISH));
  });

  it('tells all events of one fan in one second apart by name and key', () => {
    const keys = Object.values(sampleEvents).map(dedupeKey);
    expect(new Set(keys).size).toBe(keys.length);
    const other = { ...sampleEvents.CLICK, eventKey: 'MENU_OTHER' };
    expect(dedupeKey(other)).not.toBe(dedupeKey(sampleEvents.CLICK));
  });

  it('is equal for equal pushes', () => {
    for (const sample of samples) expect(dedupeKey(structuredClone(sample))).toBe(dedupeKey(sample));
  });
});
