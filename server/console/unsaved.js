/** What a page has that is not saved yet: nobody leaves it without being asked. */
import { t } from './words.js';

let isUnsaved = false;

/** @param {boolean} is */
export function setUnsaved(is) {
  isUnsaved = is;
}

/** Asks the person, if anything would be lost; if it may be, it is. */
export function mayLeave() {
  if (!isUnsaved) return true;
  if (!confirm(t('unsaved'))) return false;
  isUnsaved = false;
  return true;
}

// Closing the tab, or loading another page: the browser asks in its own words.
addEventListener('beforeunload', (event) => {
  if (isUnsaved) event.preventDefault();
});
