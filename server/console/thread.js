/** What a fan wrote and was shown, and the box to answer in. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, queryOf } from './api.js';
import { html } from './html.js';
import { FanName, Problems, useDeed, useLoaded } from './parts.js';
import { readSession } from './session.js';
import { countWords, kindWords, ruleWords, t, timeWords } from './words.js';

const sendingWords = /** @type {const} */ ({
  waiting: 'notSentYet',
  sending: 'sending',
  failed: 'failed',
  unknown: 'unknown',
});

let isToWrite = false;

/** The thread that is opened next, by a key, has its answer box ready to write in. */
export function writeNext() {
  isToWrite = true;
}

/**
 * @param {{ openid: string, seq?: number | undefined, change: unknown, onAnswered?: () => void, onSaved?: () => void }} props
 *   `seq`: the waiting message to answer; absent: the fan's oldest. `change`: it is looked at anew when this differs.
 *   `onSaved`: what is known of the fan was changed here.
 */
export function Thread({ openid, seq, change, onAnswered, onSaved }) {
  const path = /** @type {const} */ (`/users/${encodeURIComponent(openid)}`);
  const [limit, setLimit] = useState(30);
  const user = useLoaded(() => call('GET', path), [openid, change]);
  const thread = useLoaded(() => call('GET', `${path}/thread${queryOf({ limit })}`), [openid, change, limit]);
  const inbox = useLoaded(() => call('GET', `/inbox${queryOf({ openid })}`), [openid, change]);
  const waiting = inbox.value?.rows ?? [];
  const item = waiting.find((row) => row.messageSeq === seq) ?? waiting[0];
  const reload = () => {
    thread.reload();
    inbox.reload();
  };
  const exchanges = [...(thread.value?.rows ?? [])].reverse();
  const end = useRef(/** @type {HTMLElement | null} */ (null));
  const newest = exchanges.at(-1);
  // The newest in sight, without moving the page itself.
  useEffect(() => {
    if (end.current !== null) end.current.scrollTop = end.current.scrollHeight;
  }, [openid, newest?.message.seq, newest?.replies.length]);
  return html`<section class="thread card" aria-label=${openid}>
    <${Profile} user=${user.value} openid=${openid} reload=${() => {
      user.reload();
      onSaved?.();
    }} />
    <${Problems} problems=${thread.problems} />
    <div class="talk" ref=${end}>
      ${
        thread.value?.next === undefined
          ? null
          : html`<button onClick=${() => setLimit(Math.min(1_000, limit * 3))}>${t('more')}</button>`
      }
      ${exchanges.map(
        ({ message, replies }) => html`<div key=${message.seq}>
          <div class=${`said ${waiting.some((row) => row.messageSeq === message.seq) ? 'waits' : ''}`}>
            <p dir="auto">${message.text}</p>
            <small>${message.kind === 'text' ? '' : `${kindWords(message.kind)} · `}${timeWords(message.atMs)}</small>
          </div>
          ${replies.map(
            (reply) => html`<div class="told" key=${reply.id}>
              <p dir="auto">${reply.text ?? '—'}</p>
              <small>${ruleWords(reply.rule)} · v${reply.version} · ${timeWords(reply.atMs)}${reply.sending === undefined || reply.sending === 'sent' ? '' : html` · <b class="tag">${t(sendingWords[reply.sending])}</b>`}</small>
            </div>`,
          )}
        </div>`,
      )}
    </div>
    ${
      item === undefined
        ? html`<p class="muted">${t('notWaiting')}</p>`
        : html`<${AnswerBox} key=${item.messageSeq} item=${item} reload=${reload} onAnswered=${onAnswered} />`
    }
  </section>`;
}

/** @param {{ user: import('./api.js').AnswerTo<'/users/x'> | undefined, openid: string, reload: () => void }} props */
function Profile({ user, openid, reload }) {
  const { isBusy, problems, run } = useDeed();
  const [isSaved, setSaved] = useState(false);
  if (user === undefined) return html`<header><h2><${FanName} openid=${openid} /></h2></header>`;
  const save = (/** @type {SubmitEvent & { currentTarget: HTMLFormElement }} */ event) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const said = (/** @type {string} */ field) => String(fields.get(field) ?? '').trim();
    void run(async () => {
      setSaved(false);
      await call('PATCH', `/users/${encodeURIComponent(openid)}`, {
        name: said('name') || null,
        grade: said('grade') || null,
        tags: said('tags')
          .split(/[,，]/)
          .map((/** @type {string} */ tag) => tag.trim())
          .filter((/** @type {string} */ tag) => tag !== ''),
      });
      setSaved(true);
      reload();
    });
  };
  return html`<header>
    <h2><${FanName} openid=${openid} name=${user.name} /></h2>
    <details>
      <summary>
        ${user.isFollowing ? t('following') : t('left')} · ${t('messages', { count: countWords(user.messages) })} · ${t('bought', { count: countWords(user.bought) })}
        ${[...new Set([...user.groups, ...user.tags])].map((label) => html` <bdi class="tag">${label}</bdi>`)}
      </summary>
      <form class="row" onSubmit=${save}>
        <label>${t('name')} <input name="name" defaultValue=${user.name ?? ''} /></label>
        <label>${t('grade')} <input name="grade" defaultValue=${user.grade ?? ''} /></label>
        <label>${t('tags')} <input name="tags" defaultValue=${user.tags.join(', ')} /></label>
        <button disabled=${isBusy}>${t('save')}</button>${isSaved ? t('saved') : ''}
      </form>
      <${Problems} problems=${problems} />
    </details>
  </header>`;
}

/** @param {{ item: import('./api.js').AnswerTo<'/inbox/1'>, reload: () => void, onAnswered?: (() => void) | undefined }} props */
function AnswerBox({ item, reload, onAnswered }) {
  const [text, setText] = useState('');
  const [template, setTemplate] = useState('');
  const [isOnWay, setOnWay] = useState(false);
  const templates = useLoaded(() => call('GET', '/templates'), []);
  const desk = useLoaded(() => call('GET', '/inbox/standing'), []);
  const { isBusy, problems, run } = useDeed();
  const path = `/inbox/${item.messageSeq}`;
  const box = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => {
    if (isToWrite) box.current?.focus();
    isToWrite = false;
  }, []);
  const isMine = item.state === 'claimed' && item.person === readSession()?.person;
  const act = (/** @type {string} */ what) =>
    run(async () => {
      await call('POST', `${path}/${what}`);
      if (what === 'close') onAnswered?.();
      reload();
    });
  const assign = (/** @type {string} */ person) =>
    run(async () => {
      await call('POST', `${path}/assign`, { person });
      onAnswered?.();
      reload();
    });
  const others = (desk.value?.people ?? []).filter(({ person }) => person !== readSession()?.person);
  const answer = () =>
    run(async () => {
      if (item.state === 'open') await call('POST', `${path}/claim`);
      const named = templates.value?.rows.find((row) => row.name === template);
      await call('POST', `${path}/answer`, named?.text === text ? { template } : { text });
      setOnWay(true);
      onAnswered?.();
      reload();
    });
  if (isOnWay) return html`<p class="good" role="status">${t('onWay')}</p>`;
  const choose = (/** @type {import('./html.js').Typed} */ event) => {
    const chosen = templates.value?.rows.find((row) => row.name === event.target.value);
    setTemplate(event.target.value);
    if (chosen !== undefined) setText(chosen.text);
  };
  return html`<form class="answer" onSubmit=${(/** @type {Event} */ event) => {
    event.preventDefault();
    void answer();
  }}>
    ${item.state === 'claimed' && !isMine ? html`<p class="muted">${t('heldBy', { person: item.person ?? '' })}</p>` : ''}
    <textarea name="answer" ref=${box} rows="3" dir="auto" placeholder=${t('answerHint')} aria-label=${t('answer')} value=${text}
      onInput=${(/** @type {import('./html.js').Typed} */ event) => setText(event.target.value)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && text.trim() !== '') void answer();
      }}></textarea>
    <div class="row">
      <button class="main" disabled=${isBusy || text.trim() === ''}>${t('answer')}</button>
      <select aria-label=${t('template')} value=${template} onChange=${choose}>
        <option value="">${t('template')}</option>
        ${(templates.value?.rows ?? []).map((row) => html`<option value=${row.name}>${row.name}</option>`)}
      </select>
      ${item.state === 'open' ? html`<button type="button" disabled=${isBusy} onClick=${() => act('claim')}>${t('claim')}</button>` : ''}
      ${
        others.length > 0 && (isMine || item.state === 'open')
          ? html`<select name="assign" aria-label=${t('assign')} disabled=${isBusy} value=""
              onChange=${(/** @type {import('./html.js').Typed} */ event) => assign(event.target.value)}>
              <option value="">${t('assign')}</option>
              ${others.map(({ person }) => html`<option value=${person}>${person}</option>`)}
            </select>`
          : ''
      }
      ${
        isMine
          ? html`<button type="button" disabled=${isBusy} onClick=${() => act('release')}>${t('release')}</button>
            <button type="button" disabled=${isBusy} onClick=${() => act('close')}>${t('close')}</button>`
          : ''
      }
    </div>
    <${Problems} problems=${problems} />
  </form>`;
}
