/** Games: what was given out, and to whom. */
import { useState } from 'preact/hooks';
import { call, download, queryOf } from './api.js';
import { html } from './html.js';
import { Bar, FanName, Nothing, Problems, useDeed, useLoaded } from './parts.js';
import { countWords, t, timeWords } from './words.js';

/** @param {{ change: unknown }} props */
export function PrizesPage({ change }) {
  const games = useLoaded(() => call('GET', '/games'), [change]);
  const { isBusy, problems, run } = useDeed();
  const rows = games.value?.rows ?? [];
  return html`<main>
    <div class="bar"><h1>${t('prizes')}</h1>
      <button disabled=${isBusy} onClick=${() => run(() => download('issue'))}>${t('csv')}</button></div>
    <${Problems} problems=${[...problems, ...games.problems]} />
    ${games.value !== undefined && rows.length === 0 ? html`<${Nothing} />` : ''}
    ${rows.map(
      (game) => html`<article class="card" key=${game.name}>
        <h2><bdi>${game.name}</bdi></h2>
        <${Bar} part=${game.issued} whole=${game.total} />
        <p>${t('issued', { issued: countWords(game.issued), total: countWords(game.total) })} · ${countWords(game.players)} ${t('players')}</p>
        <${Winners} game=${game.name} issued=${game.issued} />
      </article>`,
    )}
  </main>`;
}

/** @param {{ game: string, issued: number }} props */
function Winners({ game, issued }) {
  const [limit, setLimit] = useState(50);
  const winners = useLoaded(
    () => call('GET', `/games/${encodeURIComponent(game)}/winners${queryOf({ limit })}`),
    [game, issued, limit],
  );
  const rows = winners.value?.rows ?? [];
  if (rows.length === 0) return null;
  return html`<details>
    <summary>${t('winners')}</summary>
    <table>
      <thead><tr><th>${t('number')}</th><th>${t('fan')}</th><th>${t('time')}</th></tr></thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr key=${row.number}><td>${row.number}</td>
            <td><a href=${`#/fans/${encodeURIComponent(row.openid)}`}><${FanName} openid=${row.openid} name=${row.name} /></a></td>
            <td>${timeWords(row.atMs)}</td></tr>`,
        )}
      </tbody>
    </table>
    ${winners.value?.next === undefined ? '' : html`<button onClick=${() => setLimit(Math.min(1_000, limit * 4))}>${t('more')}</button>`}
  </details>`;
}
