/** Asks the staff API. */
import { readSession } from './session.js';
import { t } from './words.js';

/**
 * @template {string} Path
 * @typedef {import('../http/staff/answers.js').AnswerTo<Path>} AnswerTo
 */
/** How the account stands; undefined: nothing has been heard yet. @typedef {AnswerTo<'/standing'> | undefined} Standing */
/** @typedef {{ readonly message: string, readonly path?: string, readonly line?: number }} Problem */

export class Refused extends Error {
  /**
   * @param {number} status 0: the server was not reached
   * @param {readonly Problem[]} problems
   */
  constructor(status, problems) {
    super(problems[0]?.message ?? `HTTP ${status}`);
    this.status = status;
    this.problems = problems;
  }
}

/** @param {{ token: string, person: string } | undefined} session */
export function headersOf(session = readSession()) {
  return {
    authorization: `Bearer ${session?.token ?? ''}`,
    'x-person': encodeURIComponent(session?.person ?? ''),
  };
}

/**
 * @template {string} Path
 * @param {'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} method
 * @param {Path} path below /api/v1
 * @param {object} [body]
 * @param {{ token: string, person: string }} [session]
 * @returns {Promise<AnswerTo<Path>>}
 */
export async function call(method, path, body, session) {
  /** @type {Record<string, string>} */
  const headers = headersOf(session);
  if (body !== undefined) headers['content-type'] = 'application/json';
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`/api/v1${path}`, { method, headers, ...sent }).catch(notReached);
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  if (response.status === 401 && session === undefined) dispatchEvent(new Event('logged-out'));
  throw new Refused(response.status, answer.problems ?? [{ message: `HTTP ${response.status}` }]);
}

/** Browsers each have words of their own for it. @returns {never} */
function notReached() {
  throw new Refused(0, [{ message: t('notReached') }]);
}

/**
 * `?a=1&b=2` of what is there.
 * @param {Readonly<Record<string, string | number | undefined>>} parts
 */
export function queryOf(parts) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * Saves a table as a file.
 * @param {string} table
 */
export async function download(table) {
  const response = await fetch(`/api/v1/export/${table}`, { headers: headersOf() }).catch(notReached);
  if (!response.ok) throw new Refused(response.status, [{ message: `HTTP ${response.status}` }]);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = `${table}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
