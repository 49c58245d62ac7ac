/** The console: who is logged in, how the account stands, and the page one is on. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { CorrectionsPage } from './corrections-page.js';
import { FansPage } from './fans-page.js';
import { html } from './html.js';
import { InboxPage } from './inbox-page.js';
import { Login } from './login.js';
import { useKeys } from './parts.js';
import { go, readPlace } from './place.js';
import { PrizesPage } from './prizes-page.js';
import { RulesPage } from './rules-page.js';
import { keepSession, readSession } from './session.js';
import { follow } from './stream.js';
import { Trouble } from './trouble.js';
import { mayLeave } from './unsaved.js';
import { countWords, currentLanguage, spanWords, switchLanguage, t } from './words.js';

const pages = /** @type {const} */ (['inbox', 'fans', 'rules', 'corrections', 'prizes']);

function Console() {
  const [session, setSession] = useState(readSession);
  const [, setLanguage] = useState(currentLanguage);
  const setAll = (/** @type {import('./session.js').Session | undefined} */ next) => {
    keepSession(next);
    setSession(next);
  };
  useEffect(() => {
    const onOut = () => setAll(undefined);
    addEventListener('logged-out', onOut);
    return () => removeEventListener('logged-out', onOut);
  }, []);
  const language = currentLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `peakday · ${t('title')}`;
  }, [language]);
  const turn = () => {
    switchLanguage();
    setLanguage(currentLanguage());
  };
  if (session === undefined) {
    return html`<button id="language" class="corner" onClick=${turn}>${t('language')}</button><${Login} onDone=${setAll} />`;
  }
  return html`<${Desk} key=${language} session=${session} turn=${turn} leave=${() => setAll(undefined)} />`;
}

/** @param {{ session: import('./session.js').Session, turn: () => void, leave: () => void }} props */
function Desk({ session, turn, leave }) {
  const [place, setPlace] = useState(readPlace);
  const [standing, setStanding] = useState(/** @type {import('./api.js').Standing} */ (undefined));
  const [isThere, setThere] = useState(true);
  const [hasHelp, setHelp] = useState(false);
  useEffect(() => {
    let shown = readPlace().page;
    const onMove = (/** @type {HashChangeEvent} */ event) => {
      const next = readPlace();
      if (next.page !== shown && !mayLeave()) return history.replaceState(null, '', event.oldURL);
      shown = next.page;
      setPlace(next);
    };
    addEventListener('hashchange', onMove);
    return () => removeEventListener('hashchange', onMove);
  }, []);
  useEffect(() => {
    const stop = new AbortController();
    // How the account stands says when something changed: lists are looked at anew at most once a second.
    const query = '?types=ruleVersion&standing=1';
    void follow(
      query,
      (type, data) => type === 'standing' && setStanding(/** @type {import('./api.js').Standing} */ (data)),
      (isThere) => {
        setThere(isThere);
        if (isThere) dispatchEvent(new Event('linked'));
      },
      stop.signal,
    );
    return () => stop.abort();
  }, []);
  // Keys may come faster than effects are renewed.
  const help = useRef(hasHelp);
  help.current = hasHelp;
  useEffect(() => {
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape' || !help.current) return;
      // It closes the list, and goes nowhere.
      event.stopImmediatePropagation();
      setHelp(false);
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
  useKeys({
    '?': () => setHelp(!hasHelp),
    ...Object.fromEntries(pages.map((page, index) => [String(index + 1), () => go(page)])),
  });
  return html`
    <header class="top">
      <nav>
        ${pages.map((page) => html`<a href=${`#/${page}`} aria-current=${place.page === page ? 'page' : undefined}>${t(page)}</a>`)}
      </nav>
      <p class="standing" aria-live="off">
        ${
          standing === undefined
            ? ''
            : html`<span><b id="waiting">${countWords(standing.desk.open)}</b> ${t('waiting')}</span>
              <span><b>${countWords(standing.desk.claimed)}</b> ${t('claimed')}</span>
              ${standing.desk.open > 0 ? html`<span class=${standing.desk.oldestAgeMs > 600_000 ? 'bad' : ''}>${t('oldest')} <b>${spanWords(standing.desk.oldestAgeMs)}</b></span>` : ''}
              ${standing.sending > 0 ? html`<span><b>${countWords(standing.sending)}</b> ${t('sending')}</span>` : ''}
              ${standing.desk.evicted > 0 ? html`<span class="bad"><b>${countWords(standing.desk.evicted)}</b> ${t('evicted')}</span>` : ''}`
        }
      </p>
      <span class="me">
        <bdi>${session.person}</bdi>
        <button id="language" onClick=${() => mayLeave() && turn()}>${t('language')}</button>
        <button aria-expanded=${hasHelp} onClick=${() => setHelp(!hasHelp)} title=${t('help')}>?</button>
        <button onClick=${() => mayLeave() && leave()}>${t('logout')}</button>
      </span>
    </header>
    <${Trouble} isThere=${isThere} standing=${standing} />
    ${hasHelp ? html`<${Help} />` : ''}
    ${pageOf(place, standing)}`;
}

/**
 * @param {import('./place.js').Place} place
 * @param {import('./api.js').Standing} standing
 */
function pageOf({ page, at, query }, standing) {
  switch (page) {
    case 'fans':
      return html`<${FansPage} at=${at} standing=${standing} />`;
    case 'rules':
      return html`<${RulesPage} standing=${standing} />`;
    case 'corrections':
      return html`<${CorrectionsPage} query=${query} standing=${standing} />`;
    case 'prizes':
      return html`<${PrizesPage} change=${standing?.users} />`;
    default:
      return html`<${InboxPage} at=${at} standing=${standing} />`;
  }
}

function Help() {
  const keys = /** @type {const} */ ([
    ['j k', 'keyMove'],
    ['Enter', 'keyEnter'],
    ['/', 'keySearch'],
    ['Esc', 'keyEsc'],
    ['n', 'keyNext'],
    ['Ctrl+Enter', 'keySend'],
    ['1 – 5', 'keyPages'],
    ['?', 'keyHelp'],
  ]);
  return html`<dl class="help card">
    ${keys.map(([key, word]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${t(word)}</dd></div>`)}
  </dl>`;
}

const root = document.getElementById('app');
if (root !== null) render(html`<${Console} />`, root);
