/**
 * The second an event without an id carries. The platform tells such events apart by fan, second and key alone
 * (WECHAT §3); at speed 800 one fan's two clicks fall into the same second of the wire though minutes lie between
 * them, and a server would rightly take the second for a repeat. So no fan has two events in one second.
 */
const SWEEP_AT_LEAST = 65_536;

export class EventSeconds {
  readonly #last = new Map<number, number>();
  #sweepAt = SWEEP_AT_LEAST;

  /** `nowS`, or the first second after this fan's last event. */
  next(fan: number, nowS: number): number {
    const second = Math.max(nowS, (this.#last.get(fan) ?? 0) + 1);
    if (this.#last.size >= this.#sweepAt) this.#forget(nowS);
    this.#last.set(fan, second);
    return second;
  }

  #forget(nowS: number): void {
    for (const [fan, second] of this.#last) if (second < nowS) this.#last.delete(fan);
    // Twice what had to stay: a sweep costs no more than the events since the last one.
    this.#sweepAt = Math.max(SWEEP_AT_LEAST, 2 * this.#last.size);
  }
}
