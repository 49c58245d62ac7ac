/** What waits for people. */
import { useEffect, useState } from 'preact/hooks';
import { call, queryOf } from './api.js';
import { html } from './html.js';
import { FanName, Nothing, Problems, useDeed, useKeys, useListKeys, useLoaded, useRested } from './parts.js';
import { go } from './place.js';
import { readSession } from './session.js';
import { Thread, writeNext } from './thread.js';
import { spanWords, t } from './words.js';

/** @param {{ at: string, standing: import('./api.js').Standing }} props `at`: the seq of the message that is open */
export function InboxPage({ at, standing }) {
  const [text, setText] = useState('');
  const [filter, setFilter] = useState(/** @type {'all' | 'open' | 'mine'} */ ('all'));
  const [limit, setLimit] = useState(50);
  const wanted = useRested(text);
  const { oldestAgeMs: _, ...desk } = standing?.desk ?? {};
  const change = JSON.stringify(desk);
  const parts = filter === 'open' ? { state: 'open' } : filter === 'mine' ? { person: readSession()?.person } : {};
  const list = useLoaded(
    () => call('GET', `/inbox${queryOf({ text: wanted.trim(), limit, ...parts })}`),
    [wanted, filter, limit, change],
  );
  const rows = list.value?.rows ?? [];
  // What is open stays so while its fan is read, though it may have left the list.
  const [item, setItem] = useState(
    /** @type {import('./api.js').AnswerTo<'/inbox?'>['rows'][number] | undefined} */ (undefined),
  );
  useEffect(() => {
    const row = rows.find((row) => String(row.messageSeq) === at);
    if (row !== undefined) setItem(row);
    else if (at !== '' && String(item?.messageSeq) !== at)
      call('GET', `/inbox/${at}`).then(setItem, () => setItem(undefined));
  }, [at, list.value]);
  const { isBusy, problems, run } = useDeed();
  const [isNothing, setNothing] = useState(false);
  const next = () =>
    run(async () => {
      const { item } = await call('POST', '/inbox/next');
      setNothing(item === undefined);
      if (item === undefined) return;
      setItem(item);
      go('inbox', item.messageSeq);
    });
  const byKey = (/** @type {number} */ seq) => {
    writeNext();
    go('inbox', seq);
  };
  useKeys({
    n: () => {
      writeNext();
      void next();
    },
    Escape: () => go('inbox'),
  });
  const marked = useListKeys(rows, (row) => byKey(row.messageSeq));
  const isOpen = at !== '' && item !== undefined && String(item.messageSeq) === at;
  return html`<main class=${`two ${isOpen ? 'opened' : ''}`}>
    <section class="list">
      <div class="row">
        <input type="search" placeholder=${t('searchInbox')} aria-label=${t('searchInbox')} value=${text}
          onInput=${(/** @type {import('./html.js').Typed} */ event) => setText(event.target.value)} />
        <button class="main" disabled=${isBusy} onClick=${next}>${t('next')}</button>
      </div>
      <div class="row tabs" role="group">
        ${
          /** @type {const} */ (['all', 'open', 'mine']).map(
            (name) =>
              html`<button aria-pressed=${filter === name} onClick=${() => setFilter(name)}>${t(name)}</button>`,
          )
        }
      </div>
      <${Problems} problems=${[...problems, ...list.problems]} />
      ${isNothing ? html`<p class="muted" role="status">${t('nothingOpen')}</p>` : ''}
      ${list.value !== undefined && rows.length === 0 ? html`<${Nothing} isSought=${wanted.trim() !== ''} />` : ''}
      <ol class="rows">
        ${rows.map(
          (row, index) => html`<li key=${row.messageSeq} data-row=${index}
            class=${`${index === marked ? 'marked' : ''} ${String(row.messageSeq) === at ? 'chosen' : ''}`}>
            <button onClick=${() => go('inbox', row.messageSeq)}>
              <span class="head"><${FanName} openid=${row.openid} name=${row.name} />
                <span class="age">${spanWords(Math.max(0, (standing?.atMs ?? 0) - row.arrivedMs))}</span></span>
              <span class="words" dir="auto">${row.text}</span>
              ${row.state === 'claimed' ? html`<small>${t('heldBy', { person: row.person ?? '' })}</small>` : ''}
            </button>
          </li>`,
        )}
      </ol>
      ${list.value?.next === undefined ? '' : html`<button onClick=${() => setLimit(Math.min(1_000, limit * 2))}>${t('more')}</button>`}
    </section>
    <section class="detail">
      ${
        isOpen
          ? html`<button class="back" onClick=${() => go('inbox')}>← ${t('back')}</button>
            <${Thread} key=${item.openid} openid=${item.openid} seq=${item.messageSeq} change=${change} onSaved=${list.reload} />`
          : html`<p class="muted choose">${t('choose')}</p>`
      }
    </section>
  </main>`;
}
