const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 10_000;

interface Window {
  readonly startedAtMs: number;
  readonly failures: number;
}

/** Bounds the refused keys that one address may try in a minute. */
export class FailureBudget {
  readonly #perMinute: number;
  readonly #windows = new Map<string, Window>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Whether the address has used up its failures of the minute. */
  isSpent(address: string, nowMs: number): boolean {
    return this.#windowAt(address, nowMs).failures >= this.#perMinute;
  }

  /** Notes a refused key. */
  spend(address: string, nowMs: number): void {
    const { startedAtMs, failures } = this.#windowAt(address, nowMs);
    this.#windows.delete(address);
    this.#windows.set(address, { startedAtMs, failures: failures + 1 });
    if (this.#windows.size > MOST_ADDRESSES) this.#forgetOldest();
  }

  #windowAt(address: string, nowMs: number): Window {
    const window = this.#windows.get(address);
    if (window !== undefined && nowMs - window.startedAtMs < MINUTE_MS) return window;
    return { startedAtMs: nowMs, failures: 0 };
  }

  #forgetOldest(): void {
    const [oldest] = this.#windows.keys();
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}
