/** Small things every page uses. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from './api.js';
import { html } from './html.js';
import { t } from './words.js';

/** @typedef {import('./api.js').Problem} Problem */

/**
 * What is wrong, if anything.
 * @param {{ problems: readonly Problem[] }} props
 */
export function Problems({ problems }) {
  if (problems.length === 0) return null;
  return html`<ul class="problems" role="alert">
    ${problems.map(({ path, message, line }) => {
      const where = [line, path].filter((part) => part !== undefined && part !== '').join(' ');
      return html`<li>${where === '' ? '' : html`<code>${where}</code> `}${message}</li>`;
    })}
  </ul>`;
}

/** @param {unknown} error @returns {readonly Problem[]} */
export function problemsOf(error) {
  return error instanceof Refused ? error.problems : [{ message: String(error) }];
}

/**
 * Something a person does: one at a time, with what was wrong with it.
 * @returns {{ isBusy: boolean, problems: readonly Problem[], run: (work: () => Promise<void>) => Promise<void>, clear: () => void }}
 */
export function useDeed() {
  const [isBusy, setBusy] = useState(false);
  const [problems, setProblems] = useState(/** @type {readonly Problem[]} */ ([]));
  const busy = useRef(false);
  const run = async (/** @type {() => Promise<void>} */ work) => {
    if (busy.current) return;
    busy.current = true;
    setBusy(true);
    setProblems([]);
    try {
      await work();
    } catch (error) {
      setProblems(problemsOf(error));
    } finally {
      busy.current = false;
      setBusy(false);
    }
  };
  return { isBusy, problems, run, clear: () => setProblems([]) };
}

/**
 * What `load` gives, again whenever `keys` change; an older answer never replaces a newer one.
 * @template Value
 * @param {() => Promise<Value>} load
 * @param {readonly unknown[]} keys
 * @returns {{ value: Value | undefined, problems: readonly Problem[], reload: () => void }}
 */
export function useLoaded(load, keys) {
  const [value, setValue] = useState(/** @type {Value | undefined} */ (undefined));
  const [problems, setProblems] = useState(/** @type {readonly Problem[]} */ ([]));
  const [turn, setTurn] = useState(0);
  const reload = () => setTurn((turn) => turn + 1);
  const hasFailed = problems.length > 0;
  // What could not be had while the server was away is had as soon as it is back.
  useEffect(() => {
    if (!hasFailed) return;
    addEventListener('linked', reload);
    return () => removeEventListener('linked', reload);
  }, [hasFailed]);
  useEffect(() => {
    let isLatest = true;
    load().then(
      (loaded) => {
        if (!isLatest) return;
        setValue(() => loaded);
        setProblems([]);
      },
      (error) => isLatest && setProblems(problemsOf(error)),
    );
    return () => {
      isLatest = false;
    };
  }, [...keys, turn]);
  return { value, problems, reload };
}

/**
 * Follows what is typed once it rests.
 * @param {string} text
 */
export function useRested(text, ms = 200) {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return rested;
}

/**
 * Keys, as long as nobody types into a field. `Escape` also leaves a field.
 * @param {Readonly<Record<string, () => void>>} keys
 */
export function useKeys(keys) {
  // Keys may come faster than effects are renewed.
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      const { target } = event;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof HTMLElement && target.matches('input, textarea, select')) {
        if (event.key === 'Escape') target.blur();
        return;
      }
      // Enter on a button is the button's.
      if (event.key === 'Enter' && target instanceof HTMLElement && target.matches('button, a, summary')) return;
      const act = latest.current[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

/**
 * A list one goes through by j and k, and opens from by Enter.
 * @template Row
 * @param {readonly Row[]} rows
 * @param {(row: Row) => void} open
 */
export function useListKeys(rows, open) {
  const [at, setAt] = useState(-1);
  const now = useRef(at);
  const move = (/** @type {number} */ by) => {
    const next = Math.max(0, Math.min(rows.length - 1, now.current + by));
    now.current = next;
    setAt(next);
    document.querySelector(`[data-row="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const row = rows[now.current];
      if (row !== undefined) open(row);
    },
    '/': () => {
      const field = document.querySelector('input[type=search]');
      if (field instanceof HTMLInputElement) field.focus();
    },
  });
  return at;
}

/** @param {{ openid: string, name?: string | undefined }} props */
export function FanName({ openid, name }) {
  return name === undefined
    ? html`<bdi class="openid">${openid}</bdi>`
    : html`<bdi class="name">${name}</bdi> <bdi class="openid">${openid}</bdi>`;
}

/** What a list says when it is empty. @param {{ isSought?: boolean }} props `isSought`: for what was searched for */
export function Nothing({ isSought = false }) {
  return html`<p class="muted">${t(isSought ? 'nothingFound' : 'nothing')}</p>`;
}

/** @param {{ part: number, whole: number }} props */
export function Bar({ part, whole }) {
  return html`<progress max=${Math.max(1, whole)} value=${part}></progress>`;
}
