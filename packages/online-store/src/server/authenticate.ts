import { hash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { FailureBudget } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ServingKey, ServingPlan } from "./serving-plan.ts";

const HEADER = /^(?:Bearer|Tecton-key)\s+(tsk_[A-Za-z0-9-]+_[A-Za-z0-9_-]+)\s*$/i;

/** Headers that were let in are looked up by the hash that they had: hashing costs more than all else of a small read. */
const MOST_HEADERS = 1_000;
/** Wrong keys that one address may try in a minute. */
const FAILURES_PER_MINUTE = 60;

/** Who sends a request. */
export interface Caller {
  readonly authorization: string | undefined;
  readonly address: string | undefined;
}

/** Lets in requests with a key of the plan. */
export class Authenticator {
  readonly #hashes = new Map<string, string>();
  readonly #budget: FailureBudget;

  constructor(failuresPerMinute: number = FAILURES_PER_MINUTE) {
    this.#budget = new FailureBudget(failuresPerMinute);
  }

  /**
   * The key that a caller has; throws `UNAUTHENTICATED`, and `RATE_LIMITED` after too many such failures from its
   * address: whoever was let in before is not concerned. It is looked up by its hash, so that the time this takes
   * tells nothing of the secret.
   */
  check(plan: ServingPlan, { authorization = "", address = "unknown" }: Caller, nowMs: number): ServingKey {
    const known = plan.apiKeys.get(this.#hashes.get(authorization) ?? "");
    if (known !== undefined) return known;
    if (this.#budget.isSpent(address, nowMs)) throw tooManyFailures();
    const secret = HEADER.exec(authorization)?.[1];
    const digest = secret === undefined ? "" : hash("sha256", secret);
    const key = plan.apiKeys.get(digest);
    if (key === undefined) {
      this.#budget.spend(address, nowMs);
      throw refused();
    }
    this.#keep(authorization, digest);
    return key;
  }

  #keep(authorization: string, digest: string): void {
    this.#hashes.set(authorization, digest);
    const [oldest] = this.#hashes.keys();
    if (this.#hashes.size > MOST_HEADERS && oldest !== undefined) this.#hashes.delete(oldest);
  }
}

/** Who sends an HTTP request. */
export function callerOf({ headers, socket }: IncomingMessage): Caller {
  return { authorization: headers.authorization, address: socket.remoteAddress };
}

function refused(): TeselaError {
  return new TeselaError("UNAUTHENTICATED", "The request carries no valid API key.", {
    fix: "Send the header `Authorization: Bearer <key>`; `tesela api-key create` makes one.",
  });
}

function tooManyFailures(): TeselaError {
  return new TeselaError("RATE_LIMITED", "Too many requests with a bad API key came from this address.", {
    fix: "Wait a minute, and correct the key.",
  });
}

/** Refuses a key that is bound to another workspace. */
export function authorize(key: ServingKey, workspace: string): void {
  if (key.workspace === null || key.workspace === workspace) return;
  throw new TeselaError("FORBIDDEN", `This API key is not for workspace "${workspace}".`);
}
