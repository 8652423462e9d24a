import { TeselaError } from "@tesela/core";
import type { NextFunction, Request, Response } from "express";

/** Counts the requests that are being answered, so that a stop can wait for them. */
export class InFlight {
  readonly #stopping = new AbortController();
  #count = 0;
  #onIdle: (() => void) | null = null;

  /** Aborts when the server stops. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Refuses requests once the server stops, counts them before. */
  readonly track = (_request: Request, response: Response, next: NextFunction): void => {
    if (this.stopping.aborted) {
      response.setHeader("Connection", "close");
      throw new TeselaError("UNAVAILABLE", "The server is stopping.", { fix: "Try again in a moment." });
    }
    this.#count += 1;
    response.once("close", () => this.#leave());
    next();
  };

  /** Ends waits at once and resolves when nothing is in flight, or after so many milliseconds. */
  async drain(limitMs: number): Promise<void> {
    this.#stopping.abort(new TeselaError("CANCELLED", "The server is stopping."));
    if (this.#count === 0) return;
    const idle = Promise.withResolvers<void>();
    this.#onIdle = idle.resolve;
    const timer = setTimeout(idle.resolve, limitMs);
    await idle.promise;
    clearTimeout(timer);
  }

  #leave(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#onIdle?.();
  }
}
