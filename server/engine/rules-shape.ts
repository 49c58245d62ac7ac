/** Rules as somebody wrote them: what is wrong with their shape, in words, and what of them can be looked at all the same. */
import type { z } from 'zod';
import type { Problem } from '../../core/problem.js';
import { type Rules, rulesSchema } from './rules.js';

export interface RulesRead {
  readonly problems: readonly Problem[];
  /** Without what has the wrong shape; undefined: nothing can be told of the rest. */
  readonly sound: Rules | undefined;
  /** Where each sound rule stands in what was written. */
  readonly places: readonly number[];
}

export function readRules(written: unknown): RulesRead {
  const read = rulesSchema.safeParse(written);
  if (read.success) return { problems: [], sound: read.data, places: [...read.data.rules.keys()] };
  const { issues } = read.error;
  return { problems: issues.flatMap(inWords), ...soundPart(written, issues) };
}

type Issue = z.core.$ZodIssue;

/** Rules of the wrong shape are left out; with wrong templates or a wrong list nothing can be said of the rules. */
function soundPart(written: unknown, issues: readonly Issue[]): Omit<RulesRead, 'problems'> {
  const nothing = { sound: undefined, places: [] };
  const isLocal = issues.every(
    ({ code, path }) =>
      (path.length === 0 && code === 'unrecognized_keys') || (path[0] === 'rules' && typeof path[1] === 'number'),
  );
  if (!isLocal) return nothing;
  const { templates, welcome, rules, fallback } = written as z.input<typeof rulesSchema>;
  const wrong = new Set(issues.map(({ path }) => path[1]));
  const places = [...(rules ?? []).keys()].filter((place) => !wrong.has(place));
  const rest = { templates, welcome, rules: places.map((place) => rules![place]), fallback };
  const read = rulesSchema.safeParse(rest);
  return read.success ? { sound: read.data, places } : nothing;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function inWords(issue: Issue): Problem[] {
  const path = issue.path.join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
        return { path: [...issue.path, shown].join('.'), message: `There is no ${JSON.stringify(shown)} here.` };
      });
    case 'invalid_type': {
      const wanted = kinds[issue.expected] ?? issue.expected;
      const isMissing = issue.message.endsWith('received undefined');
      return [{ path, message: isMissing ? `It is missing: ${wanted}.` : `It must be ${wanted}.` }];
    }
    case 'invalid_value':
      return [{ path, message: `It must be one of ${issue.values.join(', ')}.` }];
    case 'too_small':
      return [{ path, message: 'It is empty.' }];
    default:
      return [{ path, message: `${issue.message}.` }];
  }
}
