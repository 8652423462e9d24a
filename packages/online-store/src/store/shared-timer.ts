/** Something that ends at an instant of `performance.now()` unless it is taken out before. */
export interface Timed {
  readonly expiresAt: number;
  expire(): void;
}

/** One timer for all that waits: a timer of its own costs a short read more than decoding what it reads. */
export class SharedTimer {
  readonly #waiting = new Set<Timed>();
  #timer: NodeJS.Timeout | null = null;
  #firesAt = Infinity;

  add(one: Timed): void {
    this.#waiting.add(one);
    if (one.expiresAt < this.#firesAt) this.#arm(one.expiresAt);
  }

  remove(one: Timed): void {
    this.#waiting.delete(one);
  }

  #arm(at: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, at - performance.now()));
    // What waits keeps the process alive by its own means.
    this.#timer.unref();
  }

  #fire(): void {
    this.#timer = null;
    this.#firesAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const one of this.#waiting) {
      if (one.expiresAt > now) {
        next = Math.min(next, one.expiresAt);
      } else {
        this.#waiting.delete(one);
        one.expire();
      }
    }
    if (next < this.#firesAt) this.#arm(next);
  }
}
