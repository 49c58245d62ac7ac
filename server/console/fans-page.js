/** Fans: found by openid, name, tags, or by what they wrote. */
import { useEffect, useState } from 'preact/hooks';
import { call, queryOf } from './api.js';
import { html } from './html.js';
import { FanName, Nothing, Problems, useKeys, useListKeys, useLoaded, useRested } from './parts.js';
import { go } from './place.js';
import { Thread } from './thread.js';
import { t, timeWords } from './words.js';

const PAGE = 50;
const MOST_FANS = 1_000;
const MOST_PAGES = 100;

/** @param {{ at: string, standing: import('./api.js').Standing }} props `at`: the openid of the fan who is open */
export function FansPage({ at, standing }) {
  const [text, setText] = useState('');
  const [group, setGroup] = useState('');
  const wanted = useRested(text).trim();
  const groups = useLoaded(() => call('GET', '/groups'), []);
  const [limit, setLimit] = useState(PAGE);
  const list = useLoaded(() => found(wanted, group, limit), [wanted, group, limit]);
  const rows = list.value?.rows ?? [];
  // Another search begins with one page again.
  useEffect(() => setLimit(PAGE), [wanted, group]);
  const marked = useListKeys(rows, (row) => go('fans', row.openid));
  useKeys({ Escape: () => go('fans') });
  const { oldestAgeMs: _, ...desk } = standing?.desk ?? {};
  return html`<main class=${`two ${at === '' ? '' : 'opened'}`}>
    <section class="list">
      <div class="row">
        <input type="search" placeholder=${t('searchFans')} aria-label=${t('searchFans')} value=${text}
          onInput=${(/** @type {import('./html.js').Typed} */ event) => setText(event.target.value)} />
        ${
          groups.value === undefined || groups.value.rows.length === 0
            ? ''
            : html`<select aria-label=${t('group')} value=${group} onChange=${(/** @type {import('./html.js').Typed} */ event) => setGroup(event.target.value)}>
                <option value="">${t('all')}</option>
                ${groups.value.rows.map((row) => html`<option value=${row.name}>${row.name} (${row.fans})</option>`)}
              </select>`
        }
      </div>
      <${Problems} problems=${list.problems} />
      ${list.value !== undefined && rows.length === 0 ? html`<${Nothing} isSought=${wanted !== '' || group !== ''} />` : ''}
      <ol class="rows">
        ${rows.map(
          (row, index) => html`<li key=${row.key} data-row=${index}
            class=${`${index === marked ? 'marked' : ''} ${row.openid === at ? 'chosen' : ''}`}>
            <button onClick=${() => go('fans', row.openid)}>
              <span class="head"><${FanName} openid=${row.openid} name=${row.name} />
                <span class="age">${timeWords(row.atMs)}</span></span>
              ${row.text === undefined ? '' : html`<span class="words" dir="auto">${row.text}</span>`}
            </button>
          </li>`,
        )}
      </ol>
      ${list.value?.hasMore && limit < MOST_FANS ? html`<button class="more" onClick=${() => setLimit(Math.min(MOST_FANS, limit * 2))}>${t('more')}</button>` : ''}
    </section>
    <section class="detail">
      ${
        at === ''
          ? html`<p class="muted choose">${t('chooseFan')}</p>`
          : html`<button class="back" onClick=${() => go('fans')}>← ${t('back')}</button>
            <${Thread} key=${at} openid=${at} change=${JSON.stringify(desk)} onSaved=${list.reload} />`
      }
    </section>
  </main>`;
}

/**
 * Fans whose name fits, then messages that fit.
 * @param {string} text
 * @param {string} group
 * @param {number} limit
 * @returns {Promise<{ rows: { key: string, openid: string, name?: string | undefined, text?: string | undefined, atMs: number }[], hasMore: boolean }>}
 */
async function found(text, group, limit) {
  /** @type {import('./api.js').AnswerTo<'/users?'>['rows'][number][]} */
  const users = [];
  /** @type {number | undefined} */
  let after;
  // Pages of a small group come nearly empty.
  for (let pages = 0; pages < MOST_PAGES && users.length < limit; pages += 1) {
    const page = await call('GET', `/users${queryOf({ text, group, after, limit })}`);
    users.push(...page.rows);
    after = page.next;
    if (after === undefined) break;
  }
  const fans = users.map((row) => ({ ...row, key: row.openid, atMs: row.lastSeenMs }));
  if (text === '' || group !== '') return { rows: fans, hasMore: after !== undefined };
  const messages = await call('GET', `/messages/search${queryOf({ text, limit })}`);
  const written = messages.rows.map(({ message }) => ({ ...message, key: `message ${message.seq}` }));
  return { rows: [...fans, ...written], hasMore: after !== undefined || messages.next !== undefined };
}
