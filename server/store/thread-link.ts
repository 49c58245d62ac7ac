/** Asking a thread of ours and being answered: one message each way, or several for a long answer. */
import { once } from 'node:events';
import { type MessagePort, parentPort, Worker, workerData } from 'node:worker_threads';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { StoreError, type StoreTrouble } from './account-store.js';
import { codeOf, messageOf } from './database-file.js';

interface Ask {
  readonly id: number;
  readonly name: string;
  readonly given: unknown;
}

interface Told {
  readonly id: number;
  /** Part of a long answer: more will follow. */
  readonly part?: unknown;
  readonly result?: unknown;
  readonly trouble?: Trouble;
}

type Trouble = { readonly user: string } | { readonly store: StoreTrouble; readonly message: string };

interface Open {
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly onPart: ((part: unknown) => void) | undefined;
}

/** The end that asks. */
export class Thread {
  readonly #worker: Worker;
  readonly #open = new Map<number, Open>();
  #lastId = 0;
  #ended: Error | undefined;

  /** `name` is that of its file in this folder. */
  constructor(name: 'writer-thread' | 'reader-thread' | 'search-thread', path: string) {
    this.#worker = new Worker(threadFile(name), { name, workerData: path, execArgv: [] });
    this.#worker.on('message', (told: Told) => this.#hear(told));
    this.#worker.on('error', (error) =>
      this.#end(new StoreError('io', `the store's ${name} died: ${messageOf(error)}`)),
    );
    this.#worker.on('exit', () => this.#end(new StoreError('closed', 'the store is closed')));
  }

  ask(name: string, given?: unknown, onPart?: (part: unknown) => void): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      this.#open.set(this.#lastId, { resolve, reject, onPart });
      this.#worker.postMessage({ id: this.#lastId, name, given } satisfies Ask);
    });
  }

  /** Lets it close its database, then ends it. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const gone = once(this.#worker, 'exit');
    await this.ask('close').catch(() => undefined);
    await gone;
  }

  #hear({ id, part, result, trouble }: Told): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    if (part !== undefined) return open.onPart?.(part);
    this.#open.delete(id);
    if (trouble === undefined) open.resolve(result);
    else open.reject('user' in trouble ? new UserError(ExitCode.usage, trouble.user) : storeError(trouble));
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#open.values()) reject(this.#ended);
    this.#open.clear();
  }
}

function storeError({ store, message }: { readonly store: StoreTrouble; readonly message: string }): StoreError {
  return new StoreError(store, message);
}

/**
 * Answers by name. A generator's yields are turns: what it yields is sent as a part (undefined: nothing), and others are
 * served in between, so that a long answer keeps nobody waiting.
 */
export type Handlers = Readonly<Record<string, (given: never) => unknown>>;

/** The database this thread was started for. */
export function threadPath(): string {
  return workerData as string;
}

/** The end that answers. `close` is answered last. */
export function serve(handlers: Handlers): void {
  const port = parentPort;
  if (port === null) throw new Error('runs in a thread only');
  port.on('message', ({ id, name, given }: Ask) => {
    answer(port, id, () => handlers[name]!(given as never));
    if (name === 'close') port.close();
  });
}

function answer(port: MessagePort, id: number, call: () => unknown): void {
  const tell = (told: Omit<Told, 'id'>) => port.postMessage({ id, ...told });
  try {
    const result = call();
    if (!isGenerator(result)) return tell({ result });
    const { done, value } = result.next();
    if (done) return tell({ result: value });
    if (value !== undefined) tell({ part: value });
    setImmediate(() => answer(port, id, () => result));
  } catch (error) {
    tell({ trouble: troubleOf(error) });
  }
}

function isGenerator(value: unknown): value is Generator<unknown, unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'next' in value;
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof UserError) return { user: error.message };
  if (error instanceof StoreError) return { store: error.trouble, message: error.message };
  const code = codeOf(error);
  const message = `${messageOf(error)}${code === '' ? '' : ` (${code})`}`;
  if (code.startsWith('SQLITE_FULL')) return { store: 'full', message: 'no space left on the device of the store' };
  if (code.startsWith('SQLITE_READONLY')) return { store: 'read-only', message: `the store is read-only: ${message}` };
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return { store: 'corrupt', message: `the store is damaged: ${message}` };
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_CANTOPEN'))
    return { store: 'io', message: `the store cannot be read or written: ${message}` };
  return { store: 'refused', message: `the store does not take this: ${message}` };
}

/** Node 20 runs no TypeScript in a thread: from source, the file built beside it in dist/ is run. */
function threadFile(name: string): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? `../../dist/server/store/${name}.js` : `./${name}.js`, import.meta.url);
}
