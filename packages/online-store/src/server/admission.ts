import { TeselaError } from "@tesela/core";

/** How much may be under way at once. */
export interface AdmissionLimits {
  readonly requests: number;
  readonly rows: number;
}

/** The limits that hold unless others are given. */
export const DEFAULT_ADMISSION: AdmissionLimits = { requests: 512, rows: 10_000 };

/** Refuses at once what would have to queue, before anything is read of it: `RATE_LIMITED`. */
export class Admission {
  readonly #limits: AdmissionLimits;
  #requests = 0;
  #rows = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Takes a place for a request; `leave` gives it back with the rows that it took. */
  enter(): Admitted {
    if (this.#requests >= this.#limits.requests) throw overloaded();
    this.#requests += 1;
    let taken = 0;
    return {
      takeRows: (count) => {
        const more = Math.max(0, count - taken);
        if (this.#rows + more > this.#limits.rows) throw overloaded();
        this.#rows += more;
        taken += more;
      },
      leave: () => {
        this.#requests -= 1;
        this.#rows -= taken;
      },
    };
  }
}

/** A request that was let in. */
export interface Admitted {
  /** Takes places for so many rows, of which it keeps what it has; throws `RATE_LIMITED`. */
  takeRows(count: number): void;
  leave(): void;
}

function overloaded(): TeselaError {
  return new TeselaError("RATE_LIMITED", "The feature server has as many requests under way as it takes.", {
    fix: "Try again a little later, or start more feature servers.",
  });
}
