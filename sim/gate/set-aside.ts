/**
 * Gates that cannot be judged on what was played: in a part of the day anything a gate asks for may be missing, and at a
 * target that is not ours no fault of the server is played. They are no failures, but they are seen in every report: a
 * run is not greener than what it measured.
 */
import type { GateResult } from './gate-result.js';

export interface SetAside {
  readonly name: string;
  readonly expression: string;
  /** `window`: nothing of it is in the part that was played; `target`: it hangs on a fault that is not played at this target. */
  readonly why: 'window' | 'target';
}

export interface WhatWasPlayed {
  readonly isWindow: boolean;
  /** By name; only those of a server that is not ours. */
  readonly unplayedFaults: readonly string[];
}

/** `gates`: those that can be judged. A gate without a single sample that has no such excuse is one of them, and fails. */
export function setAside(
  evaluated: readonly GateResult[],
  played: WhatWasPlayed,
): { readonly gates: GateResult[]; readonly aside: SetAside[] } {
  const gates: GateResult[] = [];
  const aside: SetAside[] = [];
  for (const gate of evaluated) {
    const why = whyNotJudged(gate, played);
    if (why === undefined) gates.push(gate);
    else aside.push({ name: gate.name, expression: gate.expression, why });
  }
  return { gates, aside };
}

function whyNotJudged(
  { expression, shown }: GateResult,
  { isWindow, unplayedFaults }: WhatWasPlayed,
): SetAside['why'] | undefined {
  if (shown !== 'no samples') return undefined;
  const isOf = (fault: string) => expression.includes('recovery') || expression.endsWith(` ${fault}`);
  if (unplayedFaults.some(isOf)) return 'target';
  return isWindow ? 'window' : undefined;
}

/** `2 of 3 gates were judged, 1 set aside: recovery < 1s (…).`; empty where none was. */
export function setAsideReasons(judged: number, aside: readonly SetAside[]): string[] {
  if (aside.length === 0) return [];
  const all = judged + aside.length;
  const named = (why: SetAside['why']) => aside.filter((gate) => gate.why === why).map(({ name }) => name);
  const lists = (['target', 'window'] as const)
    .map((why) => ({ names: named(why), because: whyText[why] }))
    .filter(({ names }) => names.length > 0)
    .map(({ names, because }) => `${names.join(', ')} (${because})`);
  return [
    `${judged} of ${all} ${all === 1 ? 'gate' : 'gates'} judged, ${aside.length} set aside: ${lists.join('; ')}.`,
  ];
}

export const whyText: Readonly<Record<SetAside['why'], string>> = {
  target: 'the fault it asks for is not played at a target that is not ours',
  window: 'nothing of it is in the part that was played',
};
