/** What stands in everybody's way: no connection, nothing is stored, no text is sent. Said at once, and when it is over. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from './html.js';
import { countWords, t, timeWords } from './words.js';

/** So long it is said that it is over. */
const OVER_MS = 15_000;

/** @param {{ isThere: boolean, standing: import('./api.js').Standing }} props */
export function Trouble({ isThere, standing }) {
  const code = standing?.sendTroubleCode;
  const isOver = useOver(code !== undefined);
  return html`
    ${isThere ? '' : html`<p class="banner warn" role="alert">${t('offline')}</p>`}
    ${standing?.trouble === undefined ? '' : html`<p class="banner bad" role="alert">${t('trouble')} ${standing.trouble}</p>`}
    ${
      code === undefined
        ? ''
        : html`<p class="banner warn" role="alert" data-trouble=${code} title=${standing?.sendTrouble}>
            ${t('sendTrouble', { time: timeWords(standing?.sendTroubleSinceMs ?? 0), why: `${t(`trouble-${code}`)}${detailOf(standing)}` })}${' '}
            ${standing?.sending ? t('sendTroubleWaiting', { count: countWords(standing.sending) }) : code === 'no-platform' ? '' : t('sendTroubleIdle')}
          </p>`
    }
    ${isOver && code === undefined ? html`<p class="banner good" role="status">${t('sendAgain')}</p>` : ''}`;
}

/** @param {import('./api.js').Standing} standing */
function detailOf(standing) {
  const detail = standing?.sendTroubleDetail;
  return detail === undefined ? '' : ` (${detail})`;
}

/** For a moment after it was so. @param {boolean} isNow */
function useOver(isNow) {
  const [isOver, setOver] = useState(false);
  const was = useRef(false);
  useEffect(() => {
    const isNews = was.current && !isNow;
    was.current = isNow;
    setOver(isNews);
    if (!isNews) return;
    const timer = setTimeout(() => setOver(false), OVER_MS);
    return () => clearTimeout(timer);
  }, [isNow]);
  return isOver;
}
