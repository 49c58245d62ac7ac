/** Who is logged in, for as long as this tab is open. */

/** @typedef {{ readonly token: string, readonly person: string }} Session */

const KEY = 'peakday-session';

/** @returns {Session | undefined} */
export function readSession() {
  const kept = sessionStorage.getItem(KEY);
  return kept === null ? undefined : JSON.parse(kept);
}

/** @param {Session | undefined} session */
export function keepSession(session) {
  if (session === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(session));
}
