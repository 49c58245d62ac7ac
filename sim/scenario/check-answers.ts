/** The reference server's answers: what the engine's own check says, as far as they are valid, and what nothing uses. */
import { checkRules } from '../../server/engine/check-rules.js';
import type { Rules } from '../../server/engine/rules.js';
import { checkUnique } from './check-day.js';
import type { Draft, DraftAnswers } from './draft.js';
import type { Findings } from './finding.js';

const root = ['server', 'answers'];

export function checkAnswers(draft: Draft, findings: Findings): void {
  const answers = draft.server?.answers;
  if (!answers) return;
  checkUnique(answers.rules ?? [], 'rule', (index) => [...root, 'rules', index, 'name'], findings);
  const { rules, indexes } = completeRules(answers);
  if (rules) {
    for (const { path = '', message } of checkRules(rules)) {
      const below = path.split('.').map((key, depth, keys) => {
        return depth === 1 && keys[0] === 'rules' ? indexes[Number(key)]! : key;
      });
      findings.error([...root, ...below], message);
    }
  }
  // The people at a desk answer with any of them.
  if (!draft.server?.account?.desk?.people?.length) checkTemplatesUsed(answers, findings);
}

/** Without the rules that were turned down; undefined when templates are, which others may name. */
function completeRules(answers: DraftAnswers): { rules: Rules | undefined; indexes: readonly number[] } {
  const all = answers.rules ?? [];
  const indexes = all.flatMap((rule, index) => (rule === undefined ? [] : [index]));
  const templates = Object.entries(answers.templates ?? {});
  const isWhole = answers.templates !== undefined && templates.every(([, text]) => text !== undefined);
  const rules = { ...answers, rules: indexes.map((index) => all[index]!) };
  return { rules: isWhole ? (rules as Rules) : undefined, indexes };
}

function checkTemplatesUsed({ templates, rules, welcome, fallback }: DraftAnswers, findings: Findings): void {
  if (rules?.includes(undefined)) return;
  const used = new Set(
    [welcome, fallback, ...(rules ?? []).map((rule) => rule?.reply)].map((reply) => reply?.template),
  );
  for (const name of Object.keys(templates ?? {})) {
    if (used.has(name)) continue;
    findings.warning([...root, 'templates', name], `no reply uses the template ${JSON.stringify(name)}`, true);
  }
}
