/**
 * The only file that reads the time or sets a timer (a test holds this). Times are microseconds on the machine's
 * monotonic clock, the same for all threads and processes of one machine, so that a start instant can be shared.
 */
export interface Clock {
  /** Microseconds on the monotonic clock; fractions are real. */
  nowUs(): number;
}

// performance.now() counts from each thread's own start; hrtime is CLOCK_MONOTONIC for all of them.
// The tightest of a few pairs: a thread that is put aside between the two readings would be off for the whole run.
const originUs = Math.min(
  ...Array.from({ length: 9 }, () => -performance.now() * 1_000 + Number(process.hrtime.bigint()) / 1_000),
);

export const monotonicClock: Clock = {
  nowUs: () => originUs + performance.now() * 1_000,
};

/** Wall-clock milliseconds since 1970: for stamps on the wire and names of folders, never for measuring. */
export function wallMs(): number {
  return Date.now();
}

/** Resolves after at least `ms` milliseconds, or at once when the signal aborts. */
export function sleepMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** Resolves when what else the thread has ready had its turn; from the second one on, signals too. */
export function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A cancel function for whatever was scheduled. */
export type Cancel = () => void;

/** Calls back once after `ms` (whole milliseconds, may be early or late by one: re-read the clock). */
export function after(ms: number, call: () => void): Cancel {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}

/** Calls back every `ms`; does not keep the process alive. */
export function every(ms: number, call: () => void): Cancel {
  const timer = setInterval(call, ms);
  timer.unref();
  return () => clearInterval(timer);
}
