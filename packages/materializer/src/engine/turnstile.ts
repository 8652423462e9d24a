import { TeselaError } from "@tesela/core";

/** Lets a number of holders in at a time and a bounded number wait, first come first served. */
export class Turnstile {
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(size: number, maxWaiting: number) {
    this.#free = size;
    this.#maxWaiting = maxWaiting;
  }

  /** Waits for a turn, which ends when disposed. Throws `UNAVAILABLE` if too many wait, `CANCELLED` on abort. */
  async enter(signal: AbortSignal): Promise<Disposable> {
    if (signal.aborted) throw cancelled();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting)
      throw new TeselaError("UNAVAILABLE", `The engine is busy: ${this.#maxWaiting} tasks wait already.`);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
        reject(cancelled());
      };
      const admit = () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(admit);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

function cancelled(): TeselaError {
  return new TeselaError("CANCELLED", "The task was cancelled while it waited for the engine.");
}
