/** Who gets a correction: from what is looked for, and the replies that were shown, to the fans and their wrong replies. */
import type { Problem } from '../../core/problem.js';
import { compilePattern, patternFault } from './pattern.js';
import type { ReplyRecord } from './record.js';

/** Which replies were wrong; at least one of rule, version, contains, pattern. */
export interface CorrectionQuery {
  /** Milliseconds since 1970; `to` is no longer included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly rule?: string;
  readonly version?: number;
  /** The text shown contains this. */
  readonly contains?: string;
  /** Or fits this regular expression. */
  readonly pattern?: string;
}

/** Stands for the answers to what was asked. */
export const ANSWER = '{answer}';

const QUERY_LIMIT = 500;

/** Rules whose texts are no automatic replies: never looked for. */
const byHand = new Set(['correction', 'desk']);

export function queryProblems(query: CorrectionQuery): Problem[] {
  const problems: Problem[] = [];
  const { fromMs, toMs, rule, version, contains, pattern } = query;
  if (!(Number.isFinite(fromMs) && Number.isFinite(toMs) && fromMs < toMs)) {
    problems.push({ path: 'toMs', message: 'The span ends before it starts.' });
  }
  if (rule === undefined && version === undefined && !contains && pattern === undefined) {
    problems.push({ path: '', message: 'Say what was wrong: rule, version, contains or pattern.' });
  }
  for (const [path, text] of Object.entries({ rule, contains, pattern })) {
    if (text === undefined || text.length <= QUERY_LIMIT) continue;
    problems.push({ path, message: `At most ${QUERY_LIMIT} characters.` });
  }
  const fault = pattern === undefined ? undefined : patternFault(pattern);
  if (fault !== undefined) problems.push({ path: 'pattern', message: `The pattern ${fault}.` });
  return problems;
}

/** As it is kept. */
export function queryText({ fromMs, toMs, rule, version, contains, pattern }: CorrectionQuery): string {
  return JSON.stringify({ fromMs, toMs, rule, version, contains, pattern });
}

/** Whether a reply was wrong. Throws if `queryProblems` finds any with the pattern. */
export function compileQuery(query: CorrectionQuery): (reply: ReplyRecord) => boolean {
  const { fromMs, toMs, rule, version, contains } = query;
  const pattern = query.pattern === undefined ? undefined : compilePattern(query.pattern);
  return (reply) =>
    reply.text !== undefined &&
    reply.atMs >= fromMs &&
    reply.atMs < toMs &&
    !byHand.has(reply.rule) &&
    (rule === undefined || reply.rule === rule) &&
    (version === undefined || reply.version === version) &&
    (contains === undefined || reply.text.includes(contains)) &&
    (pattern === undefined || pattern.test(reply.text));
}

/** Of each fan the replies that fit, by id; the fans by their last one. */
export class WrongReplies {
  readonly #fits: (reply: ReplyRecord) => boolean;
  readonly #byFan = new Map<string, ReplyRecord[]>();

  /** Throws if `queryProblems` finds any with the pattern. */
  constructor(query: CorrectionQuery) {
    this.#fits = compileQuery(query);
  }

  /** Best in the order of ids. Gives whether it is one of them. */
  add(reply: ReplyRecord): boolean {
    if (!this.#fits(reply)) return false;
    const replies = this.#byFan.get(reply.openid);
    if (replies === undefined) this.#byFan.set(reply.openid, [reply]);
    else {
      replies.push(reply);
      if (replies.at(-2)!.id > reply.id) replies.sort((a, b) => a.id - b.id);
    }
    return true;
  }

  *replies(): Generator<ReplyRecord> {
    for (const replies of this.#byFan.values()) yield* replies;
  }

  byFan(): readonly (readonly ReplyRecord[])[] {
    return [...this.#byFan.values()].sort((a, b) => a.at(-1)!.id - b.at(-1)!.id);
  }
}
