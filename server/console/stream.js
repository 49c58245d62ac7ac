/** Follows the account. The browser's own EventSource cannot send a token. */
import { headersOf } from './api.js';

const AGAIN_MS = 2_000;
/** How the account stands comes every second: silent for so long, the connection is no more. */
const SILENT_MS = 10_000;

/**
 * Calls back with each event until the signal aborts; after a break it goes on where it was.
 * @param {string} query
 * @param {(type: string, data: unknown) => void} onEvent
 * @param {(isThere: boolean) => void} onLink
 * @param {AbortSignal} signal
 */
export async function follow(query, onEvent, onLink, signal) {
  let last = '';
  while (!signal.aborted) {
    const silence = new Silence();
    try {
      const response = await fetch(`/api/v1/events${query}`, {
        headers: { ...headersOf(), ...(last === '' ? {} : { 'last-event-id': last }) },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (response.status === 401) return void dispatchEvent(new Event('logged-out'));
      if (response.ok && response.body !== null) {
        onLink(true);
        for await (const { type, id, data } of eventsOf(response.body)) {
          silence.heard();
          if (id !== '') last = id;
          if (type === 'reset') last = '';
          onEvent(type, JSON.parse(data));
        }
      }
    } catch {
      // Broken off, or never there: again.
    } finally {
      silence.end();
    }
    if (signal.aborted) return;
    onLink(false);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** Aborts when nothing was heard for too long. */
class Silence {
  #controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  constructor() {
    this.heard();
  }

  get signal() {
    return this.#controller.signal;
  }

  heard() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort(), SILENT_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** @param {ReadableStream<Uint8Array>} body */
async function* eventsOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (text + decoder.decode(value, { stream: true })).split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const event = { type: '', id: '', data: '' };
      for (const line of part.split('\n')) {
        if (line.startsWith('event: ')) event.type = line.slice(7);
        else if (line.startsWith('id: ')) event.id = line.slice(4);
        else if (line.startsWith('data: ')) event.data += line.slice(6);
      }
      if (event.data !== '') yield event;
    }
  }
}
