/** Who got a wrong reply, and the right one for them. `#/corrections?from=…&to=…&contains=…` fills the form. */
import { useState } from 'preact/hooks';
import { call, queryOf, Refused } from './api.js';
import { html } from './html.js';
import { Bar, FanName, Nothing, Problems, useDeed, useLoaded } from './parts.js';
import { countWords, ruleWords, t, timeWords, whyWords } from './words.js';

/** @typedef {import('./api.js').AnswerTo<'/replies/texts'>} Texts */
/** @typedef {import('./api.js').AnswerTo<'/corrections/preview'>} Preview */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A right text is hardly given by so many. */
const FEWEST_RULES = 3;
const fields = /** @type {const} */ (['rule', 'version', 'contains', 'pattern']);
const labels = /** @type {const} */ ({
  rule: 'rule',
  version: 'version',
  contains: 'containsText',
  pattern: 'patternText',
});

/** @param {{ query: URLSearchParams, standing: import('./api.js').Standing }} props */
export function CorrectionsPage({ query, standing }) {
  // One that is over at once never shows in how the account stands.
  const [started, setStarted] = useState(0);
  return html`<main class="corrections">
    <${Find} key=${query.toString()} query=${query} onStarted=${() => setStarted((count) => count + 1)} />
    <${Running} standing=${standing} started=${started} />
    <${Unknown} change=${standing?.unknown} />
  </main>`;
}

/** @param {{ query: URLSearchParams, onStarted: () => void }} props */
function Find({ query, onStarted }) {
  const [form, setForm] = useState(() => formOf(query));
  const [text, setText] = useState('');
  const [preview, setPreview] = useState(/** @type {Preview | undefined} */ (undefined));
  const [texts, setTexts] = useState(/** @type {Texts | undefined} */ (undefined));
  /** The text that the preview was made with. */
  const [shown, setShown] = useState('');
  const [isSure, setSure] = useState(false);
  const [isNone, setNone] = useState(false);
  const { isBusy, problems, run } = useDeed();
  const set = (/** @type {object} */ part) => {
    setForm({ ...form, ...part });
    setPreview(undefined);
    setSure(false);
  };
  const field = (/** @type {keyof typeof form} */ name) => ({
    name,
    value: form[name],
    onInput: (/** @type {import('./html.js').Typed} */ event) => set({ [name]: event.target.value }),
  });
  const look = () =>
    run(async () => {
      if (fields.every((name) => form[name] === '')) throw new Refused(0, [{ message: t('sayWhat') }]);
      const body = { query: queryOfForm(form), ...(text.trim() === '' ? {} : { text }) };
      setPreview(await call('POST', '/corrections/preview', body));
      setShown(text);
      setSure(false);
    });
  const list = () =>
    run(async () => {
      const { fromMs, toMs } = queryOfForm(form);
      setTexts(await call('GET', `/replies/texts${queryOf({ fromMs, toMs, rule: form.rule })}`));
    });
  const findLast = () =>
    run(async () => {
      const toMs = Date.now() + MINUTE_MS;
      const span = { fromMs: toMs - DAY_MS, toMs };
      const { rows } = await call('GET', `/replies/texts${queryOf({ ...span, limit: 100 })}`);
      const wrong = rows.filter((row) => row.rules.length >= FEWEST_RULES);
      const [last] = wrong.sort((a, b) => b.lastMs - a.lastMs);
      setNone(last === undefined);
      if (last === undefined) return;
      const from = localTime(Math.floor(last.firstMs / 1_000) * 1_000);
      const to = localTime((Math.floor(last.lastMs / 1_000) + 1) * 1_000);
      set({ from, to, contains: last.text.slice(0, 500), rule: '', version: '', pattern: '' });
    });
  const send = () =>
    run(async () => {
      if (!isSure) return setSure(true);
      setSure(false);
      await call('POST', '/corrections', { query: queryOfForm(form), text });
      setPreview(undefined);
      setText('');
      onStarted();
    });
  const write = (/** @type {string} */ next) => {
    setText(next);
    setSure(false);
  };
  const isStale = text !== shown && text.trim() !== '';
  return html`<section class="card">
    <h1>${t('find')}</h1>
    <form class="fields" onSubmit=${(/** @type {Event} */ event) => {
      event.preventDefault();
      void look();
    }}>
      <label>${t('from')} <input type="datetime-local" step="1" required ...${field('from')} /></label>
      <label>${t('to')} <input type="datetime-local" step="1" required ...${field('to')} /></label>
      ${fields.map((name) => html`<label>${t(labels[name])} <input dir="auto" inputmode=${name === 'version' ? 'numeric' : 'text'} pattern=${name === 'version' ? '\\d*' : undefined} ...${field(name)} /></label>`)}
      <div class="row">
        <button class="main" disabled=${isBusy}>${t('preview')}</button>
        <button type="button" name="last" disabled=${isBusy} onClick=${findLast}>${t('lastWindow')}</button>
        <button type="button" disabled=${isBusy} onClick=${list}>${t('texts')}</button>
        ${isNone ? html`<small>${t('noWindow')}</small>` : ''}
      </div>
    </form>
    <${Problems} problems=${[...unreadableTimes(query), ...problems]} />
    ${texts === undefined ? '' : html`<${TextList} texts=${texts} use=${(/** @type {string} */ contains) => set({ contains })} />`}
    ${
      preview === undefined
        ? ''
        : html`<div class="preview">
            <p class="counts">
              ${
                /** @type {const} */ (['reachable', 'unreachable', 'corrected']).map(
                  (state) =>
                    html`<span class=${preview[state] === 0 ? 'muted' : ''}><b>${countWords(preview[state])}</b> ${t(state, { count: countWords(preview[state]) })}</span> `,
                )
              }
            </p>
            ${
              preview.pushedOut === 0
                ? ''
                : html`<p class="pushed-out">${t('pushedOut', { count: countWords(preview.pushedOut), size: countWords(preview.inboxSize) })}</p>`
            }
            ${
              /** @type {const} */ ([
                ['severalWrong', preview.several],
                ['unansweredLeft', preview.unanswered],
                ['byHandSince', preview.byHand],
              ]).map(([word, count]) =>
                count === 0 ? '' : html`<p class=${word}>${t(word, { count: countWords(count) })}</p>`,
              )
            }
            <ul class="plain muted">${preview.why.map((row) => html`<li>${countWords(row.fans)}: ${whyWords(row)}</li>`)}</ul>
            ${sampled(preview)}
            ${isStale ? html`<p class="muted stale">${t('previewAgain')}</p>` : ''}
            <ul class="sample">${preview.sample.map((row) => html`<${Wronged} row=${isStale ? { ...row, right: undefined } : row} />`)}</ul>
            ${
              preview.reachable === 0 && preview.unreachable === 0
                ? ''
                : html`<label>${t('rightText')}
                    <textarea name="text" rows="3" dir="auto" value=${text} onInput=${(/** @type {import('./html.js').Typed} */ event) => write(event.target.value)}></textarea></label>
                  <p class="row"><button type="button" class="anew" onClick=${() => write(`${text}{answer}`)}>${t('answerAnew')}</button>
                    <small>${t('answerAnewHint')}</small></p>
                  <button class=${isSure ? 'main danger' : 'main'} disabled=${isBusy || text.trim() === ''} onClick=${send}>
                    ${t(isSure ? 'sure' : 'send', { count: countWords(preview.reachable) })}
                  </button>`
            }
          </div>`
    }
  </section>`;
}

/** Which part of them is shown. @param {Preview} preview */
function sampled({ sample, reachable, unreachable }) {
  const count = reachable + unreachable;
  if (sample.length >= count) return '';
  return html`<p class="muted">${t('firstOf', { shown: countWords(sample.length), count: countWords(count) })}</p>`;
}

/** @param {{ row: Preview['sample'][number] }} props */
function Wronged({ row }) {
  const said = [
    ruleWords(row.rule),
    `v${row.version}`,
    timeWords(row.atMs),
    ...(row.wrong > 1 ? [t('wrongCount', { count: row.wrong })] : []),
    ...(row.byHandMs === undefined ? [] : [t('byHandAt', { time: timeWords(row.byHandMs) })]),
    ...(row.why === undefined ? [] : [whyWords(row)]),
  ];
  return html`<li><a href=${`#/fans/${encodeURIComponent(row.openid)}`}><${FanName} openid=${row.openid} name=${row.name} /></a>
    <small>${said.join(' · ')}</small> <q dir="auto">${row.text}</q>
    ${row.right === undefined ? '' : html`<span class="becomes">→ <q class="right" dir="auto">${row.right}</q></span>`}</li>`;
}

/** @param {{ texts: Texts, use: (text: string) => void }} props */
function TextList({ texts, use }) {
  if (texts.rows.length === 0) return html`<${Nothing} />`;
  return html`<div>
    <p class="muted">${t('textsHint')}</p>
    <ul class="sample">
      ${texts.rows.map(
        (row) => html`<li>
          <button onClick=${() => use(row.text.slice(0, 500))}>${t('use')}</button>
          <small>${[
            t('rulesCount', { count: row.rules.length }),
            t('replies', { count: countWords(row.replies) }),
            `${timeWords(row.firstMs)} – ${timeWords(row.lastMs)}`,
          ].join(' · ')}</small>
          <q dir="auto">${row.text}</q>
        </li>`,
      )}
    </ul>
  </div>`;
}

/** @param {{ standing: import('./api.js').Standing, started: number }} props */
function Running({ standing, started }) {
  // Every second while one runs, else when one starts or ends.
  const { corrections = 0, sending, unknown, atMs } = standing ?? {};
  const change = [started, corrections, sending, unknown, corrections > 0 ? atMs : ''].join(' ');
  const list = useLoaded(() => call('GET', '/corrections'), [change]);
  const { isBusy, problems, run } = useDeed();
  const act = (/** @type {number} */ id, /** @type {string} */ what) =>
    run(async () => {
      await call('POST', `/corrections/${id}/${what}`);
      list.reload();
    });
  const rows = list.value?.rows ?? [];
  return html`<section>
    <h2>${t('corrections')}</h2>
    <${Problems} problems=${[...problems, ...list.problems]} />
    ${rows.length === 0 ? html`<${Nothing} />` : ''}
    ${rows.map((row) => {
      const { progress } = row;
      return html`<article class="card" key=${row.id} data-correction=${row.id}>
        <div class="row">
          <b>#${row.id}</b> <span class="tag">${t(row.state)}</span>
          <small>${timeWords(row.startedMs)} · <bdi>${row.person}</bdi></small>
          <span class="push"></span>
          ${
            row.state === 'running'
              ? html`<button disabled=${isBusy} onClick=${() => act(row.id, 'stop')}>${t('stop')}</button>`
              : html`<button disabled=${isBusy} onClick=${() => act(row.id, 'resume')}>${t('resume')}</button>`
          }
        </div>
        <p dir="auto">${row.text}</p>
        <${Bar} part=${row.fans - progress.waiting} whole=${row.fans} />
        <p class="counts">
          ${
            /** @type {const} */ (['sent', 'waiting', 'failed', 'unreachable', 'unknown']).map(
              (state) =>
                html`<span class=${progress[state] === 0 ? 'muted' : ''}><b>${countWords(progress[state])}</b> ${t(state)}</span> `,
            )
          }
        </p>
        <${Fans} id=${row.id} change=${JSON.stringify(progress)} />
      </article>`;
    })}
  </section>`;
}

/** @param {{ id: number, change: string }} props */
function Fans({ id, change }) {
  const [isOpen, setOpen] = useState(false);
  const [limit, setLimit] = useState(100);
  const list = useLoaded(
    async () => (isOpen ? call('GET', `/corrections/${id}/fans?limit=${limit}`) : undefined),
    [isOpen, limit, change],
  );
  return html`<details onToggle=${(/** @type {{ currentTarget: { open: boolean } }} */ event) => setOpen(event.currentTarget.open)}>
    <summary>${t('fanList')}</summary>
    <ul class="sample">
      ${(list.value?.rows ?? []).map(
        (fan) =>
          html`<li key=${fan.openid}><a href=${`#/fans/${encodeURIComponent(fan.openid)}`}><${FanName} openid=${fan.openid} /></a> ${t(fan.state)} <small>${timeWords(fan.changedMs)}</small> <span class="muted">${whyWords(fan)}</span></li>`,
      )}
    </ul>
    ${list.value?.next === undefined ? '' : html`<button onClick=${() => setLimit(Math.min(1_000, limit * 3))}>${t('more')}</button>`}
  </details>`;
}

/** @param {{ change: unknown }} props */
function Unknown({ change }) {
  const sending = useLoaded(() => call('GET', '/sending'), [change]);
  const { isBusy, problems, run } = useDeed();
  const rows = sending.value?.unknown ?? [];
  if (rows.length === 0) return null;
  const decide = (/** @type {number} */ id, /** @type {string} */ state) =>
    run(async () => {
      await call('POST', `/sending/${id}/decide`, { state });
      sending.reload();
    });
  return html`<section>
    <h2>${t('unknownTitle')}</h2>
    <p class="muted">${t('unknownHint')}</p>
    <${Problems} problems=${problems} />
    <ul class="sample">
      ${rows.map(
        (row) => html`<li key=${row.id}>
          <a href=${`#/fans/${encodeURIComponent(row.openid)}`}><${FanName} openid=${row.openid} /></a> <q dir="auto">${row.text}</q>
          <button disabled=${isBusy} onClick=${() => decide(row.id, 'sent')}>${t('wasSent')}</button>
          <button disabled=${isBusy} onClick=${() => decide(row.id, 'waiting')}>${t('again')}</button>
          <button disabled=${isBusy} onClick=${() => decide(row.id, 'failed')}>${t('giveUp')}</button>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** Undefined: it is no time a clock shows. @param {string} given */
function msOf(given) {
  const value = /^\d+$/.test(given) ? Number(given) : Date.parse(given);
  return Number.isNaN(new Date(value).getTime()) ? undefined : value;
}

/** @param {URLSearchParams} query */
function unreadableTimes(query) {
  return ['from', 'to'].flatMap((name) => {
    const value = query.get(name);
    return value === null || msOf(value) !== undefined ? [] : [{ message: t('badTime', { name, value }) }];
  });
}

/** @param {URLSearchParams} query `from` and `to`: milliseconds since 1970, or as ISO writes times */
function formOf(query) {
  const ms = (/** @type {string} */ name, /** @type {number} */ otherwise) => {
    const value = msOf(query.get(name) ?? '');
    return value === undefined ? otherwise : value;
  };
  const now = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  return {
    from: localTime(Math.floor(ms('from', now - DAY_MS) / 1_000) * 1_000),
    // What goes wrong may be going on.
    to: localTime(Math.ceil(ms('to', now + DAY_MS) / 1_000) * 1_000),
    rule: query.get('rule') ?? '',
    version: query.get('version') ?? '',
    contains: query.get('contains') ?? '',
    pattern: query.get('pattern') ?? '',
  };
}

/** @param {ReturnType<typeof formOf>} form */
function queryOfForm({ from, to, rule, version, contains, pattern }) {
  return {
    fromMs: new Date(from).getTime(),
    toMs: new Date(to).getTime(),
    ...(rule === '' ? {} : { rule }),
    ...(version === '' ? {} : { version: Number(version) }),
    ...(contains === '' ? {} : { contains }),
    ...(pattern === '' ? {} : { pattern }),
  };
}

/** As the field for times wants it: of the clock on the wall here. @param {number} ms */
function localTime(ms) {
  const shift = new Date(ms).getTimezoneOffset() * MINUTE_MS;
  return new Date(ms - shift).toISOString().slice(0, 19);
}
