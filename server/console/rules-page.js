/** The rules and templates, edited as a whole and put in force together. */
import { useEffect, useState } from 'preact/hooks';
import { call } from './api.js';
import { html } from './html.js';
import { Problems, problemsOf, useDeed, useLoaded } from './parts.js';
import { mayLeave, setUnsaved } from './unsaved.js';
import { kindWords, personWords, t, timeWords } from './words.js';

/** @typedef {import('./api.js').Problem} Problem */
/** @typedef {import('./api.js').AnswerTo<'/rules'>} Whole */
/** @typedef {Whole['rules']['rules'][number]['reply']} Reply */
/** One condition with its words, as lines where there are several. @typedef {{ id: number, name: string, condition: typeof conditions[number], words: string, reply: Reply | undefined }} DraftRule */
/** @typedef {{ id: number, name: string, text: string }} DraftTemplate */
/** @typedef {{ rules: readonly DraftRule[], templates: readonly DraftTemplate[], welcome?: Reply | undefined, fallback?: Reply | undefined }} Draft */

const conditions = /** @type {const} */ (['exact', 'contains', 'pattern', 'key', 'kind']);
const kinds = /** @type {const} */ (['image', 'voice', 'video', 'shortvideo', 'location', 'link']);

/** @param {{ standing: import('./api.js').Standing }} props */
export function RulesPage({ standing }) {
  const loaded = useLoaded(() => call('GET', '/rules'), []);
  const [draft, setDraft] = useState(/** @type {Draft | undefined} */ (undefined));
  const [base, setBase] = useState(0);
  const [note, setNote] = useState('');
  const [isSaved, setSaved] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const [problems, setProblems] = useState(/** @type {readonly Problem[]} */ ([]));
  const { isBusy, run } = useDeed();
  const take = (/** @type {Whole} */ whole) => {
    setDraft(draftOf(whole.rules));
    setBase(whole.version);
    setProblems([]);
    setChanged(false);
  };
  useEffect(() => {
    setUnsaved(isChanged);
    return () => setUnsaved(false);
  }, [isChanged]);
  useEffect(() => {
    if (loaded.value !== undefined) take(loaded.value);
  }, [loaded.value]);
  const change = (/** @type {object} */ part) => {
    setSaved(false);
    setChanged(true);
    if (draft !== undefined) setDraft({ ...draft, ...part });
  };
  const save = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (draft === undefined) return;
    void run(async () => {
      try {
        take(await call('PUT', '/rules', { version: base, rules: rulesOf(draft), note }));
        setNote('');
        setSaved(true);
      } catch (error) {
        setProblems(problemsOf(error));
      }
    });
  };
  if (draft === undefined) return html`<main><${Problems} problems=${loaded.problems} /></main>`;
  const isOld = standing !== undefined && standing.rules > base;
  const at = (/** @type {string} */ path) =>
    problems.filter((one) => one.path === path || one.path?.startsWith(`${path}.`));
  const changeRule = (/** @type {number} */ index, /** @type {object} */ part) =>
    change({
      rules: draft.rules.map((rule, n) => (n === index ? { ...rule, ...part } : rule)),
    });
  const elsewhere = problems.filter(({ path }) => !/^(rules\.\d|templates|welcome|fallback)/.test(path ?? ''));
  return html`<main class="rules">
    <form onSubmit=${save}>
      <div class="bar">
        <h1>${t('rules')} <small>${t('version')} ${base}</small></h1>
        ${isOld ? html`<span class="warn">${t('newer', { version: standing.rules })} <button type="button" onClick=${() => mayLeave() && loaded.reload()}>${t('reload')}</button></span>` : ''}
        <input name="note" placeholder=${t('note')} aria-label=${t('note')} maxlength="500" value=${note}
          onInput=${(/** @type {import('./html.js').Typed} */ event) => setNote(event.target.value)} />
        <button class="main" disabled=${isBusy}>${t('save')}</button>
        ${isSaved ? html`<span class="good" role="status">${t('saved')}</span>` : ''}
      </div>
      <${Problems} problems=${elsewhere} />
      ${draft.rules.map(
        (rule, index) => html`<fieldset key=${rule.id} class="card" data-rule=${rule.name}>
          <div class="row">
            <input class="rulename" aria-label=${t('name')} placeholder=${t('name')} value=${rule.name}
              onInput=${(/** @type {import('./html.js').Typed} */ event) => changeRule(index, { name: event.target.value })} />
            <span>${t('when')}</span>
            <select aria-label=${t('when')} value=${rule.condition}
              onChange=${(/** @type {import('./html.js').Typed} */ event) => changeRule(index, { condition: event.target.value, words: event.target.value === 'kind' ? kinds[0] : rule.words })}>
              ${conditions.map((name) => html`<option value=${name}>${t(name)}</option>`)}
            </select>
            <span class="push"></span>
            <button type="button" disabled=${index === 0} onClick=${() => change({ rules: moved(draft.rules, index) })}>${t('up')}</button>
            <button type="button" onClick=${() => change({ rules: draft.rules.filter((one) => one !== rule) })}>${t('remove')}</button>
          </div>
          <${Condition} rule=${rule} change=${(/** @type {string} */ words) => changeRule(index, { words })} />
          <${ReplyField} reply=${rule.reply} templates=${draft.templates} change=${(/** @type {Reply | undefined} */ reply) => changeRule(index, { reply })} />
          <${Problems} problems=${at(`rules.${index}`)} />
        </fieldset>`,
      )}
      <button type="button" onClick=${() => change({ rules: [...draft.rules, newRule()] })}>${t('add')}</button>
      ${
        /** @type {const} */ (['welcome', 'fallback']).map(
          (name) => html`<fieldset class="card"><legend>${t(name)}</legend>
          <${ReplyField} reply=${draft[name]} templates=${draft.templates} mayBeNone change=${(/** @type {Reply | undefined} */ reply) => change({ [name]: reply })} />
          <${Problems} problems=${at(name)} />
        </fieldset>`,
        )
      }
      <h2>${t('templates')}</h2>
      ${draft.templates.map((template, index) => {
        const edit = (/** @type {object} */ part) =>
          change({
            templates: draft.templates.map((one, n) => (n === index ? { ...one, ...part } : one)),
          });
        return html`<fieldset key=${template.id} class="card">
          <div class="row">
            <input class="rulename" aria-label=${t('name')} value=${template.name} onInput=${(/** @type {import('./html.js').Typed} */ event) => edit({ name: event.target.value })} />
            <span class="push"></span>
            <button type="button" onClick=${() => change({ templates: draft.templates.filter((one) => one !== template) })}>${t('remove')}</button>
          </div>
          <textarea rows="2" dir="auto" aria-label=${t('text')} value=${template.text} onInput=${(/** @type {import('./html.js').Typed} */ event) => edit({ text: event.target.value })}></textarea>
          <${Problems} problems=${at(`templates.${template.name}`)} />
        </fieldset>`;
      })}
      <button type="button" onClick=${() => change({ templates: [...draft.templates, { id: fresh(), name: '', text: '' }] })}>${t('addTemplate')}</button>
    </form>
    <${Versions} inForce=${Math.max(base, standing?.rules ?? 0)} onReverted=${take} />
  </main>`;
}

/** @param {{ rule: DraftRule, change: (words: string) => void }} props */
function Condition({ rule, change }) {
  const onInput = (/** @type {import('./html.js').Typed} */ event) => change(event.target.value);
  if (rule.condition === 'kind') {
    return html`<select aria-label=${t('kind')} value=${rule.words} onChange=${onInput}>
      ${kinds.map((kind) => html`<option value=${kind}>${kindWords(kind)}</option>`)}
    </select>`;
  }
  if (rule.condition === 'pattern' || rule.condition === 'key') {
    return html`<input class="code" aria-label=${t(rule.condition)} value=${rule.words} onInput=${onInput} />`;
  }
  const label = `${t(rule.condition)}, ${t('perLine')}`;
  return html`<textarea rows=${Math.min(6, rule.words.split('\n').length)} dir="auto" aria-label=${label} placeholder=${t('perLine')}
    value=${rule.words} onInput=${onInput}></textarea>`;
}

/** @param {{ reply: Reply | undefined, templates: readonly DraftTemplate[], change: (reply: Reply | undefined) => void, mayBeNone?: boolean }} props */
function ReplyField({ reply, templates, change, mayBeNone = false }) {
  const chosen = reply === undefined ? 'none' : reply.template === undefined ? 'text' : `template ${reply.template}`;
  const choose = (/** @type {import('./html.js').Typed} */ event) => {
    const { value } = event.target;
    if (value === 'none') change(undefined);
    else if (value === 'text') change({ text: templates.find(({ name }) => name === reply?.template)?.text ?? '' });
    else change({ template: value.slice('template '.length) });
  };
  return html`<div class="row reply">
    <span>${t('reply')}</span>
    <select aria-label=${t('reply')} value=${chosen} onChange=${choose}>
      ${mayBeNone ? html`<option value="none">${t('none')}</option>` : ''}
      <option value="text">${t('text')}</option>
      ${templates.map(({ name }) => html`<option value=${`template ${name}`}>${name}</option>`)}
    </select>
    ${
      reply?.text === undefined
        ? ''
        : html`<textarea rows="2" dir="auto" aria-label=${t('text')} value=${reply.text}
            onInput=${(/** @type {import('./html.js').Typed} */ event) => change({ text: event.target.value })}></textarea>`
    }
  </div>`;
}

/** @param {{ inForce: number, onReverted: (whole: Whole) => void }} props */
function Versions({ inForce, onReverted }) {
  const versions = useLoaded(() => call('GET', '/rules/versions?limit=20'), [inForce]);
  const { isBusy, problems, run } = useDeed();
  const revert = (/** @type {number} */ version) =>
    run(async () =>
      onReverted(await call('POST', `/rules/versions/${version}/revert`, { version: inForce, note: `v${version}` })),
    );
  return html`<section>
    <h2>${t('versions')}</h2>
    <${Problems} problems=${problems} />
    <ul class="plain">
      ${(versions.value?.rows ?? []).map(
        (row) => html`<li key=${row.version}>
          v${row.version} · ${timeWords(row.atMs)} · ${t('by')} <bdi>${personWords(row.person)}</bdi> <span class="muted" dir="auto">${row.note}</span>
          ${
            row.version === inForce
              ? html` <span class="tag">${t('inForce')}</span>`
              : html` <button disabled=${isBusy} onClick=${() => revert(row.version)}>${t('revert')}</button>`
          }
        </li>`,
      )}
    </ul>
  </section>`;
}

let last = 0;

function fresh() {
  last += 1;
  return last;
}

function newRule() {
  return { id: fresh(), name: '', condition: 'contains', words: '', reply: { text: '' } };
}

/** For the form: one condition with its words as lines. @param {Whole['rules']} rules @returns {Draft} */
function draftOf(rules) {
  return {
    rules: rules.rules.map((rule) => {
      const condition = conditions.find((name) => rule[name] !== undefined) ?? 'contains';
      const words = Array.isArray(rule[condition]) ? rule[condition].join('\n') : (rule[condition] ?? '');
      return { id: fresh(), name: rule.name, condition, words, reply: rule.reply };
    }),
    templates: Object.entries(rules.templates).map(([name, text]) => ({ id: fresh(), name, text })),
    welcome: rules.welcome,
    fallback: rules.fallback,
  };
}

/** And back. @param {Draft} draft */
function rulesOf({ rules, templates, welcome, fallback }) {
  return {
    templates: Object.fromEntries(templates.map(({ name, text }) => [name, text])),
    ...(welcome === undefined ? {} : { welcome }),
    rules: rules.map(({ name, condition, words, reply }) => {
      const isList = condition === 'exact' || condition === 'contains';
      const lines = words.split('\n').filter((/** @type {string} */ line) => line.trim() !== '');
      return { name, [condition]: isList ? lines : words, reply };
    }),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

/** One place up. @template Row @param {readonly Row[]} rows @param {number} index @returns {Row[]} */
function moved(rows, index) {
  const copy = [...rows];
  copy.splice(index - 1, 0, ...copy.splice(index, 1));
  return copy;
}
