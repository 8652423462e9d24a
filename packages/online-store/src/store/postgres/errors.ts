import { TeselaError, type ErrorCode } from "@tesela/core";
import pg from "pg";

import type { ServerUrl } from "../server-url.ts";

/** What a Postgres error code (or its class, two digits) means to us and how to mend it. */
const states: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  "23514": ["VALIDATION", "Call prepareGeneration before the first write of a generation."],
  "28": ["MISCONFIGURED", "Check the user and password of the Postgres url."],
  "3D": ["MISCONFIGURED", "Create the database, or correct its name in the Postgres url."],
  "42501": ["MISCONFIGURED", "Let the user create and use the online store's schema."],
  "42P01": ["MISCONFIGURED", "Start the online store once: it creates its tables."],
  "57014": ["TIMEOUT", "Try again; if it stays, look for locks and long transactions in Postgres."],
  "55P03": [
    "TIMEOUT",
    "Try again; if it stays, look for long transactions that use the online store's tables.",
  ],
  "40": ["UNAVAILABLE", "Try again."],
  "08": ["UNAVAILABLE", "Try again."],
  "53": ["UNAVAILABLE", "Postgres is out of connections, memory or disk: raise the limit."],
  "57": ["UNAVAILABLE", "Postgres is starting or stopping: try again."],
  "25": ["UNAVAILABLE", "The url leads to a read-only standby: give the primary's."],
};

/** A driver's error as one of ours, without secrets. */
export function postgresError(error: unknown, server: ServerUrl): TeselaError {
  if (error instanceof TeselaError) return error;
  const place = `The online store (Postgres at ${server.shown})`;
  const reason = server.hide(reasonOf(error));
  if (!isReply(error)) {
    const fix = "Start Postgres there, or correct the url.";
    return new TeselaError("UNAVAILABLE", `${place} cannot be reached: ${reason}`, { fix });
  }
  const details = { state: error.code ?? "" };
  const known = states[details.state] ?? states[details.state.slice(0, 2)];
  if (known === undefined) return new TeselaError("INTERNAL", `${place} failed: ${reason}`, { details });
  return new TeselaError(known[0], `${place} refused: ${reason}`, { fix: known[1], details });
}

/** Whether the server answered: the connection can then be used again. */
export function isReply(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== "") return error.message;
  return "code" in error ? String(error.code) : error.name;
}
