import { FailureBudget } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ApiKey, Registry } from "@tesela/registry";
import type { Request } from "express";
import { tokenOf } from "./session-cookie.ts";
import { csrfTokenOf, isCsrfTokenOf } from "./session-csrf.ts";

/** A browser that is logged in. */
export interface BrowserSession {
  readonly key: ApiKey;
  readonly token: string;
  /** What each of its forms carries. */
  readonly csrf: string;
}

/** The session of a request; `null` for a browser that is to log in. */
export async function sessionOf(
  sessions: Registry["sessions"],
  request: Request,
): Promise<BrowserSession | null> {
  const token = tokenOf(request);
  const key = token === null ? null : await sessions.find(token);
  return token === null || key === null ? null : { key, token, csrf: csrfTokenOf(token) };
}

/** Throws `FORBIDDEN` for a form that does not carry its session's token. */
export function requireCsrfToken(session: BrowserSession, given: unknown): void {
  if (isCsrfTokenOf(session.token, given)) return;
  throw new TeselaError("FORBIDDEN", "The form does not belong to this login, or is out of date.", {
    fix: "Open the page again and repeat what you did.",
  });
}

/** Makes a session of an API key: its token, or `null` for a bad key; `RATE_LIMITED` after too many of them. */
export type Login = (secret: string, address: string) => Promise<string | null>;

/** A login whose failures are counted by address, as those of API keys are. */
export function createLogin(
  { apiKeys, sessions }: Pick<Registry, "apiKeys" | "sessions">,
  failuresPerMinute: number,
): Login {
  const budget = new FailureBudget(failuresPerMinute);
  return async (secret, address) => {
    if (budget.isSpent(address, Date.now())) throw tooManyFailures();
    const key = await apiKeys.verify(secret);
    if (key !== null) return sessions.create(key.id);
    budget.spend(address, Date.now());
    return null;
  };
}

function tooManyFailures(): TeselaError {
  return new TeselaError("RATE_LIMITED", "Too many logins with a bad API key came from this address.", {
    fix: "Wait a minute, and correct the key.",
  });
}
