import { cancelled, timedOut, type Deadline } from "../deadline.ts";
import type { SharedTimer, Timed } from "../shared-timer.ts";
import type { Exchange } from "./read-channel.ts";
import type { Reply } from "./reply-parser.ts";

/** How an exchange ends: with what the channel settles it with, or early by its deadline. */
export interface ExchangeEnds {
  readonly onReplies: (replies: readonly Reply[] | null) => void;
  readonly onEarlyEnd: (error: Error) => void;
}

/** An exchange that is waited for no longer than its deadline; replies that come later are dropped. */
export class TimedExchange implements Exchange, Timed {
  readonly commands: string;
  readonly count: number;
  readonly expiresAt: number;
  readonly #deadline: Deadline;
  readonly #timer: SharedTimer;
  readonly #ends: ExchangeEnds;
  readonly #onAbort: (() => void) | null = null;
  #hasEnded = false;

  constructor(
    { commands, count }: Pick<Exchange, "commands" | "count">,
    deadline: Deadline,
    now: number,
    timer: SharedTimer,
    ends: ExchangeEnds,
  ) {
    this.commands = commands;
    this.count = count;
    this.expiresAt = now + deadline.timeoutMs;
    this.#deadline = deadline;
    this.#timer = timer;
    this.#ends = ends;
    timer.add(this);
    if (deadline.signal !== undefined) {
      this.#onAbort = () => this.#endEarly(cancelled(deadline.signal));
      deadline.signal.addEventListener("abort", this.#onAbort, { once: true });
    }
  }

  settle(replies: readonly Reply[] | null): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#ends.onReplies(replies);
  }

  expire(): void {
    this.#endEarly(timedOut(this.#deadline.timeoutMs));
  }

  #endEarly(error: Error): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#ends.onEarlyEnd(error);
  }

  #end(): void {
    this.#hasEnded = true;
    this.#timer.remove(this);
    if (this.#onAbort !== null) this.#deadline.signal?.removeEventListener("abort", this.#onAbort);
  }
}
