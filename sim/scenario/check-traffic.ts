/** The parts of the traffic: amounts said once, spans inside the day, intents that exist. */

import { didYouMean } from '../../core/did-you-mean.js';
import { checkMoment, checkSpan, checkUnique, wholeDay } from './check-day.js';
import { formatMomentShort } from './codecs.js';
import type { Draft } from './draft.js';
import { expectedMessages } from './expected-messages.js';
import type { Findings, Path } from './finding.js';
import { isZipf, maxMessages, sentNames, type TrafficPart } from './traffic.js';

export function checkTraffic(draft: Draft, findings: Findings): void {
  const parts = draft.traffic ?? [];
  checkUnique(parts, 'part', (index) => ['traffic', index, 'name'], findings);
  for (const [index, part] of parts.entries()) {
    if (!part) continue;
    const path = ['traffic', index];
    checkSends(draft, part, path, findings);
    checkAmount(part, path, findings);
    checkTimes(draft, part, path, findings);
    checkModel(part, path, findings);
    checkRecipients(draft, part, path, findings);
  }
  checkSize(draft, findings);
  checkUnused(draft, findings);
}

function checkSends(draft: Draft, part: TrafficPart, path: Path, findings: Findings): void {
  const { intents } = draft;
  if (!intents) return;
  const { sends } = part;
  const names = sentNames(sends);
  const isList = typeof sends !== 'string' && isZipf(sends);
  for (const [index, name] of names.entries()) {
    const at =
      typeof sends === 'string' ? [...path, 'sends'] : [...path, 'sends', ...(isList ? ['of', index] : [name])];
    const isKey = typeof sends !== 'string' && !isList;
    if (!Object.hasOwn(intents, name)) {
      const near = didYouMean(name, Object.keys(intents));
      const all = near === '' ? `; there are ${Object.keys(intents).slice(0, 20).join(', ')}` : near;
      findings.error(at, `there is no intent ${JSON.stringify(name)}${all}`, isKey);
    } else if (names.indexOf(name) !== index) findings.error(at, `${JSON.stringify(name)} stands in the list twice`);
  }
  const kinds = names.map((name) => intents[name]?.kind);
  if (kinds.includes('subscribe') && kinds.some((kind) => kind !== undefined && kind !== 'subscribe')) {
    const message = 'each `subscribe` is a new fan, so their number must be known: give them a part of their own';
    findings.error([...path, 'sends'], message);
  }
}

/** Says how much a part brings once, not twice and not never. */
function checkAmount(part: TrafficPart, path: Path, findings: Findings): void {
  const given = part as unknown as Readonly<Record<string, unknown>>;
  const exactlyOne = (...keys: readonly string[]) => {
    const named = keys.filter((key) => given[key] !== undefined);
    const list = keys.map((key) => `\`${key}\``).join(' or ');
    if (named.length === 0) findings.error(path, `needs ${list}`);
    if (named.length > 1) findings.error([...path, named.at(-1)!], `say ${list}, not both`, true);
  };
  switch (part.model) {
    case 'constant':
    case 'poisson':
    case 'shares':
      return exactlyOne('total', 'rate');
    case 'daily':
      return exactlyOne('total', 'perDay');
    case 'push':
      return exactlyOne('total', 'respond');
    case 'appointed':
      exactlyOne('moments', 'every');
      return exactlyOne('each', 'total');
    case 'curve':
      return exactlyOne('points', 'file');
    case 'recorded':
      return exactlyOne('times', 'file');
    case 'ramp':
    case 'steps':
      return;
  }
}

function checkTimes(draft: Draft, part: TrafficPart, path: Path, findings: Findings): void {
  if (part.model === 'appointed' && part.moments && (part.from !== undefined || part.to !== undefined)) {
    findings.error([...path, part.from === undefined ? 'to' : 'from'], 'goes with `every`, not with `moments`', true);
  } else if ('to' in part || 'from' in part) {
    checkSpan(draft, path, part.from, 'to' in part ? part.to : undefined, findings);
  }
  const moments = (key: string, list: readonly number[] | undefined) => {
    list?.every((at, index) => checkMoment(draft, [...path, key, index], at, findings));
  };
  if (part.model === 'push') checkMoment(draft, [...path, 'at'], part.at, findings);
  if (part.model === 'appointed') moments('moments', part.moments);
  if (part.model === 'recorded') moments('times', part.times);
  if (part.model === 'steps') checkStepsEnd(draft, part, path, findings);
  if (part.model !== 'curve') return;
  for (const [index, point] of (part.points ?? []).entries()) {
    const at = [...path, 'points', index, 'at'];
    const before = part.points?.[index - 1];
    if (!checkMoment(draft, at, point.at, findings)) return;
    if (before && point.at < before.at) {
      findings.error(
        at,
        `${formatMomentShort(point.at)} is before ${formatMomentShort(before.at)}; the points go forward in time`,
      );
      return;
    }
  }
}

function checkStepsEnd(draft: Draft, part: Extract<TrafficPart, { model: 'steps' }>, path: Path, findings: Findings) {
  const day = wholeDay(draft);
  if (!day) return;
  const endS = (part.from ?? day.start) + part.steps.reduce((sum, step) => sum + step.for, 0);
  if (endS <= day.start + day.length + 1e-6) return;
  findings.error(
    [...path, 'steps'],
    `the steps end at ${formatMomentShort(endS)}, after the day (${formatMomentShort(day.start + day.length)})`,
  );
}

function checkModel(part: TrafficPart, path: Path, findings: Findings): void {
  const zero = (key: string, isZero: boolean, message = 'brings nothing; take the part away') => {
    if (isZero) findings.error([...path, key], message);
  };
  if ('rate' in part) zero('rate', part.rate === 0);
  if ('median' in part) zero('median', part.median === 0, 'must be longer than nothing');
  switch (part.model) {
    case 'ramp':
      return zero('endRate', part.startRate === 0 && part.endRate === 0);
    case 'steps':
      return zero(
        'steps',
        part.steps.every((step) => step.rate === 0 || step.for === 0),
      );
    case 'curve':
      return zero('points', part.points?.every((point) => point.rate === 0) ?? false, 'all rates are nothing');
    case 'daily':
      zero('hours', part.hours?.every((weight) => weight === 0) ?? false);
      if (part.dayFactorCv > 0 && part.total !== undefined) {
        findings.error([...path, 'dayFactorCv'], 'an exact `total` does not differ by day; say `perDay` instead', true);
      }
      return;
    case 'push':
      zero('respond', part.respond === 0);
      if (part.total !== undefined && part.total > part.recipients) {
        findings.warning([...path, 'total'], `more messages than recipients (${part.recipients})`);
      }
      return;
    case 'appointed':
      return zero('every', part.every === 0, 'must be longer than nothing');
    case 'shares':
      return zero('mean', part.mean === 0, 'must be longer than nothing');
    case 'recorded':
      if (part.burstiness) {
        findings.error([...path, 'burstiness'], 'recorded times are played as they are; take it away', true);
      }
  }
}

/** Nobody gets a push who does not follow; whoever subscribes that day may have come before it. */
function checkRecipients({ fans, intents }: Draft, part: TrafficPart, path: Path, findings: Findings): void {
  if (part.model !== 'push' || fans?.followers === undefined || intents === undefined) return;
  const kinds = Object.values(intents).map((intent) => intent?.kind);
  if (part.recipients <= fans.followers || kinds.some((kind) => kind === undefined || kind === 'subscribe')) return;
  findings.warning([...path, 'recipients'], `more than there are followers (${fans.followers})`);
}

function checkSize(draft: Draft, findings: Findings): void {
  const day = wholeDay(draft);
  if (!day) return;
  let sum = 0;
  for (const part of draft.traffic ?? []) if (part) sum += expectedMessages(part, day).count;
  if (sum <= maxMessages) return;
  const millions = (count: number) => `${Number((count / 1e6).toPrecision(3))} million`;
  findings.error(
    ['traffic'],
    `about ${millions(sum)} messages in all; at most ${millions(maxMessages)} can be planned`,
  );
}

function checkUnused(draft: Draft, findings: Findings): void {
  if (!draft.traffic || draft.traffic.includes(undefined)) return;
  const used = new Set(draft.traffic.flatMap((part) => (part ? sentNames(part.sends) : [])));
  const canLeave = (draft.fans?.patience?.unsubscribe ?? 0) > 0;
  const intents = Object.entries(draft.intents ?? {});
  // Sent in reaction: the next turn, and what an impatient fan leaves with.
  for (const [, intent] of intents) if (intent?.next) used.add(intent.next.send);
  for (const [name, intent] of intents) {
    const isLeaving = canLeave && intent?.kind === 'unsubscribe';
    if (!used.has(name) && !isLeaving)
      findings.warning(['intents', name], `no part of the traffic sends ${JSON.stringify(name)}`, true);
  }
}
