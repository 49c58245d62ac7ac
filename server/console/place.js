/** Where in the console one is: the part of the address after `#`, so that places can be linked to. */

/** @typedef {{ readonly page: string, readonly at: string, readonly query: URLSearchParams }} Place */

/** @returns {Place} */
export function readPlace() {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const slash = path.indexOf('/');
  const [page, at] = slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
  return { page: page === '' ? 'inbox' : page, at: decoded(at), query: new URLSearchParams(query) };
}

/**
 * @param {string} page
 * @param {string | number} [at]
 */
export function go(page, at = '') {
  location.hash = at === '' ? `#/${page}` : `#/${page}/${encodeURIComponent(at)}`;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
