/**
 * The language of gates: `METRIC OP VALUE [SCOPE]`.
 *
 *   p99(response) < 2s                       a percentile, max or mean of response, service, sendLag, firstPost, retried
 *   dropped.rate < 0.1%                      a count's share of all messages; also `dropped.timeout.rate`
 *   answered within 3s >= 99%                answered right, and this soon
 *   wrong == 0 outside errorWindow           a count, outside the error windows that were found
 *   p95(response) < 1s during opening        in a phase, a traffic part, a fault, or 14:00-14:10
 *   recovery < 5m                            the longest recovery; also backlog.peak, backlog.drain, amplification
 */
import { z } from 'zod';
import { parseDurationS, parseShare } from '../../core/units.js';
import { parseMomentS } from './codecs.js';

const latencyNames = ['response', 'firstPost', 'retried', 'service', 'sendLag'] as const;
const countNames = [
  'planned',
  'reactive',
  'answered',
  'late',
  'wrong',
  'misaddressed',
  'dropped',
  'unsent',
  'duplicates',
  'corrected',
  'notices',
  'dropped.timeout',
  'dropped.refused',
  'dropped.reset',
  'dropped.status',
  'dropped.malformed',
  'dropped.blocked',
  'dropped.evicted',
  'dropped.unanswered',
] as const;
const levelNames = ['backlog.peak', 'amplification', 'errorWindows', 'rate.achievedMean', 'rate.achievedPeak'] as const;
const spanNames = ['recovery', 'backlog.drain'] as const;

export type LatencyName = (typeof latencyNames)[number];
export type CountName = (typeof countNames)[number];
export type LevelName = (typeof levelNames)[number];
export type SpanName = (typeof spanNames)[number];

export type Metric =
  /** `quantile` in 0..1, or the largest or mean value; seconds. */
  | { readonly type: 'latency'; readonly of: LatencyName; readonly statistic: number | 'max' | 'mean' }
  | { readonly type: 'count'; readonly of: CountName }
  /** Share of all messages sent in the scope. */
  | { readonly type: 'rate'; readonly of: CountName }
  /** Share of the messages answered right within so many seconds of their due time. */
  | { readonly type: 'answeredWithin'; readonly withinS: number }
  | { readonly type: 'level'; readonly of: LevelName }
  /** Seconds; never-ending is infinite. */
  | { readonly type: 'span'; readonly of: SpanName };

export type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

export type Scope =
  | { readonly type: 'run' }
  | { readonly type: 'errorWindow'; readonly inside: boolean }
  /** A phase, a traffic part or a fault; the gate room finds which. */
  | { readonly type: 'named'; readonly name: string }
  /** Messages due in [fromDayS, toDayS). */
  | { readonly type: 'clock'; readonly fromDayS: number; readonly toDayS: number };

export interface Threshold {
  readonly metric: Metric;
  readonly operator: Operator;
  /** Seconds for latency and spans, 0..1 for rates, else a plain number. */
  readonly value: number;
  readonly scope: Scope;
}

/** Parses one expression; a string is the message for the user. */
export function parseThreshold(text: string): Threshold | string {
  const match = /^\s*(.+?)\s*(<=|>=|==|!=|<|>)\s*(\S+?)(?:\s+(outside|inside|in|during)\s+(.+?))?\s*$/.exec(text);
  if (!match && /[^<>=!]=[^=]/.test(text)) {
    const meant = text.trim().replace(/\s*=\s*/, ' == ');
    return `${JSON.stringify(text)} is not a threshold; equal is written ==: ${JSON.stringify(meant)}`;
  }
  if (!match) return `${JSON.stringify(text)} is not a threshold; write METRIC OP VALUE, like "p99(response) < 2s"`;
  const [, metricText = '', operator = '', valueText = '', preposition, scopeText] = match;
  const metric = parseMetric(metricText);
  if (typeof metric === 'string') return metric;
  const value = parseValue(metric, valueText);
  if (typeof value === 'string') return value;
  if (operator === '<' && value === 0) return `${JSON.stringify(text)} can never hold: nothing is below 0`;
  const scope = parseScope(preposition, scopeText);
  if (typeof scope === 'string') return scope;
  if (scope.type !== 'run' && (metric.type === 'level' || metric.type === 'span')) {
    return `${metric.of} holds for the whole run; take "${preposition} ${scopeText}" away`;
  }
  return { metric, operator: operator as Operator, value, scope };
}

function parseMetric(text: string): Metric | string {
  const latency = /^(p\d{1,2}(?:\.\d+)?|p9\d{2,4}|max|mean)\(\s*(\w+)\s*\)$/.exec(text);
  if (latency) {
    const of = latencyNames.find((name) => name === latency[2]);
    if (!of) return `unknown latency ${JSON.stringify(latency[2])}; there are ${latencyNames.join(', ')}`;
    return { type: 'latency', of, statistic: parseStatistic(latency[1]!) };
  }
  const within = /^answered within (\S+)$/.exec(text);
  if (within) {
    const withinS = parseDurationS(within[1]!);
    return withinS === undefined
      ? `${JSON.stringify(within[1])} is not a duration like "3s"`
      : { type: 'answeredWithin', withinS };
  }
  const level = levelNames.find((name) => name === text);
  if (level) return { type: 'level', of: level };
  const span = spanNames.find((name) => name === text);
  if (span) return { type: 'span', of: span };
  const isRate = text.endsWith('.rate');
  const of = countNames.find((name) => name === (isRate ? text.slice(0, -'.rate'.length) : text));
  if (of) return isRate ? { type: 'rate', of } : { type: 'count', of };
  return `unknown metric ${JSON.stringify(text)}; there are p99(response), max(service), ${[...countNames, ...levelNames, ...spanNames].join(', ')}, any count with .rate, and "answered within 3s"`;
}

/** `p99` -> .99, `p99.9` and `p999` -> .999 */
function parseStatistic(text: string): number | 'max' | 'mean' {
  if (text === 'max' || text === 'mean') return text;
  const digits = text.slice(1);
  return digits.includes('.') || digits.length <= 2 ? Number(digits) / 100 : Number(`0.${digits}`);
}

function parseValue(metric: Metric, text: string): number | string {
  switch (metric.type) {
    case 'latency':
    case 'span':
      return parseDurationS(text) ?? `${JSON.stringify(text)} is not a duration like "2s" or "250ms"`;
    case 'rate':
    case 'answeredWithin':
      return parseShare(text) ?? `${JSON.stringify(text)} is not a share like "0.1%"`;
    default:
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : `${JSON.stringify(text)} is not a number`;
  }
}

function parseScope(preposition: string | undefined, text: string | undefined): Scope | string {
  if (preposition === undefined || text === undefined) return { type: 'run' };
  if (text === 'errorWindow') return { type: 'errorWindow', inside: preposition !== 'outside' };
  if (preposition === 'outside') return `"outside" goes with errorWindow, not with ${JSON.stringify(text)}`;
  const [from, to, ...rest] = text.split('-').map((part) => parseMomentS(part));
  if (from === undefined || to === undefined || rest.length > 0) return { type: 'named', name: text };
  return from < to ? { type: 'clock', fromDayS: from, toDayS: to } : `${JSON.stringify(text)} ends before it starts`;
}

const expression = z.string().check((context) => {
  const parsed = parseThreshold(context.value);
  if (typeof parsed === 'string') context.issues.push({ code: 'custom', input: context.value, message: parsed });
});

export const gateSchema = z.union([
  expression,
  z.strictObject({
    that: expression.describe('The threshold.'),
    name: z.string().min(1).optional().describe('Shown in reports. Default: the expression.'),
    abort: z
      .strictObject({
        after: z
          .string()
          .refine((text) => parseDurationS(text) !== undefined, 'a duration like "10s"')
          .prefault('10s')
          .describe('Time of the run, not of the scenario.'),
      })
      .optional()
      .describe('Stop the run as soon as it fails, but not before so much run time has passed.'),
  }),
]);

export type Gate = z.output<typeof gateSchema>;
