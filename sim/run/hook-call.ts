/** A hook's call of an address: one request on a connection of its own, redirects not followed. */
import { request } from 'undici';
import { after } from '../../core/clock.js';
import type { Hook } from '../scenario/hook.js';
import { failed, type HookAttempt, type HookOutcome } from './hook-attempt.js';
import { OUTPUT_MAX_BYTES, outputText } from './hook-output.js';

type Call = NonNullable<Hook['call']>;

export function callAddress(call: Call, timeoutS: number): HookAttempt {
  const aborter = new AbortController();
  let reason: 'timeout' | 'interrupted' = 'timeout';
  const cancelTimeout = after(Math.round(timeoutS * 1_000), () => aborter.abort());
  const said: Buffer[] = [];
  const text = () => outputText(Buffer.concat(said).subarray(0, OUTPUT_MAX_BYTES));
  const finished = ask(call, aborter.signal, said)
    .then(
      (status): HookOutcome => ({ ok: status >= 200 && status < 300, exit: `status ${status}`, output: text() }),
      (error): HookOutcome => ({ ok: false, exit: aborter.signal.aborted ? reason : failed(error), output: text() }),
    )
    .finally(cancelTimeout);
  return {
    finished,
    kill: () => {
      reason = 'interrupted';
      aborter.abort();
      return text();
    },
  };
}

/** The status; the first bytes of the answer are left in `said`, the rest is not read. */
async function ask({ url, method, headers, body }: Call, signal: AbortSignal, said: Buffer[]): Promise<number> {
  const answer = await request(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    signal,
    reset: true,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    said.push(chunk);
    bytes += chunk.length;
    if (bytes >= OUTPUT_MAX_BYTES) break;
  }
  return answer.statusCode;
}
