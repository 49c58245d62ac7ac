/** All that the console says, in the language of the page. What fans wrote, and the server's problems, stay as they are. */
import { zh } from './chinese.js';
import { en } from './english.js';

/** @typedef {keyof typeof en} Word */

const KEY = 'peakday-language';
const asked = new URLSearchParams(location.search).get('lang') ?? sessionStorage.getItem(KEY);
let language = asked === 'zh' || asked === 'en' ? asked : navigator.language.startsWith('zh') ? 'zh' : 'en';

export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  sessionStorage.setItem(KEY, language);
}

/**
 * @param {Word} word
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function t(word, values = {}) {
  const [one = '', more = one] = (language === 'zh' ? zh : en)[word].split('|');
  return (String(values.count) === '1' ? one : more).replace(/\{(\w+)\}/g, (place, name) =>
    String(values[name] ?? place),
  );
}

/**
 * Why a fan is sent nothing; the server's own words where there are none for its code.
 * @param {{ readonly why?: string | undefined, readonly whyCode?: string | undefined }} told
 */
export function whyWords({ why = '', whyCode = '' }) {
  const [, errcode] = /^platform-(.*)$/.exec(whyCode) ?? [];
  if (errcode !== undefined) return language === 'en' ? why : t('why-platform', { code: errcode });
  return named(`why-${whyCode}`, why);
}

/** @param {number} atMs */
export function timeWords(atMs) {
  return new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(atMs);
}

/** A rule's name, or what the account itself calls what no rule did. @param {string} rule */
export function ruleWords(rule) {
  return named(`rule-${rule}`, rule);
}

/** A message's kind; of events as the platform calls them. @param {string} kind */
export function kindWords(kind) {
  return named(`kind-${kind}`, kind);
}

/** A person's name, or the settings', which change rules too. @param {string} person */
export function personWords(person) {
  return named(`person-${person}`, person);
}

/** @param {string} word @param {string} otherwise */
function named(word, otherwise) {
  return Object.hasOwn(en, word) ? t(/** @type {Word} */ (word)) : otherwise;
}

/** `45 s`, `3:20`, `2:05:10` @param {number} ms */
export function spanWords(ms) {
  const s = Math.floor(ms / 1_000);
  if (s < 60) return language === 'zh' ? `${s} 秒` : `${s} s`;
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return s < 3_600
    ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3_600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

/** @param {number} count */
export function countWords(count) {
  return new Intl.NumberFormat(language).format(count);
}
