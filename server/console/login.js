/** The token once, then who one is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, Refused } from './api.js';
import { html } from './html.js';
import { Problems, useDeed } from './parts.js';
import { t } from './words.js';

/** @param {{ onDone: (session: import('./session.js').Session) => void }} props */
export function Login({ onDone }) {
  const [token, setToken] = useState('');
  const [people, setPeople] = useState(/** @type {readonly string[] | undefined} */ (undefined));
  const [person, setPerson] = useState('');
  const { isBusy, problems, run } = useDeed();
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  // Enter goes on from field to field.
  useEffect(() => {
    const field = form.current?.querySelector('input, select');
    if (field instanceof HTMLElement) field.focus();
  }, [people]);
  const check = () =>
    run(async () => {
      const desk = await call('GET', '/inbox/standing', undefined, { token, person: '' }).catch(inWords);
      const names = desk.people.map((/** @type {{ person: string }} */ one) => one.person);
      setPeople(names);
      setPerson(names[0] ?? '');
    });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (people === undefined) void check();
    else if (person.trim() !== '') onDone({ token, person: person.trim() });
  };
  return html`<main class="login">
    <form class="card" ref=${form} onSubmit=${submit}>
      <h1>peakday · ${t('title')}</h1>
      ${
        people === undefined
          ? html`<label>${t('token')}
              <input type="password" name="token" autocomplete="off" autofocus required value=${token}
                onInput=${(/** @type {import('./html.js').Typed} */ event) => setToken(event.target.value)} /></label>
            <small>${t('tokenHint')}</small>`
          : html`<label>${t('who')}
              ${
                people.length > 0
                  ? html`<select name="person" value=${person}
                      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && submit(event)}
                      onChange=${(/** @type {import('./html.js').Typed} */ event) => setPerson(event.target.value)}>
                      ${people.map((name) => html`<option value=${name}>${name}</option>`)}
                    </select>`
                  : html`<input name="person" required maxlength="60" value=${person}
                      onInput=${(/** @type {import('./html.js').Typed} */ event) => setPerson(event.target.value)} />`
              }</label>`
      }
      <${Problems} problems=${problems} />
      <button class="main" disabled=${isBusy}>${people === undefined ? t('go') : t('start')}</button>
    </form>
  </main>`;
}

/** @param {unknown} error @returns {never} */
function inWords(error) {
  throw error instanceof Refused && error.status === 401 ? new Refused(401, [{ message: t('wrongToken') }]) : error;
}
