import { TeselaError, type ErrorCode } from "@tesela/core";

import type { ServerUrl } from "../server-url.ts";

/** The first word of a Redis error reply, with what it means to us and how to mend it. */
const replies: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  WRONGPASS: ["MISCONFIGURED", "Check the user and password of the Redis url."],
  NOAUTH: ["MISCONFIGURED", "Put the password into the Redis url: redis://:password@host:port."],
  NOPERM: [
    "MISCONFIGURED",
    "Let the Redis user run INFO, EVALSHA, SCRIPT, SCAN, of a cluster CLUSTER, and read and write the store's keys.",
  ],
  MOVED: ["MISCONFIGURED", "Redis runs as a cluster: begin its url with redis-cluster://."],
  CLUSTERDOWN: [
    "UNAVAILABLE",
    "Part of the cluster is down: wait for the fail-over to end, or bring it back.",
  ],
  PARTIAL: [
    "UNAVAILABLE",
    "While the slot is being moved, wait. If it is not, run redis-cli --cluster fix; if keys are gone for good, unlink all keys of the slot, its book last, and they are loaded again by themselves.",
  ],
  NOSCRIPT: ["UNAVAILABLE", "A server of the cluster was just replaced: try again."],
  OOM: [
    "UNAVAILABLE",
    "Redis is full and evicts nothing, as it must: give it more memory or drop generations.",
  ],
  READONLY: [
    "UNAVAILABLE",
    "The url leads to a replica: give the primary's, or wait for the fail-over to end.",
  ],
  LOADING: ["UNAVAILABLE", "Redis is loading its data: wait."],
  MASTERDOWN: ["UNAVAILABLE", "The replica has lost its primary: wait for the fail-over to end."],
  BUSY: ["UNAVAILABLE", "A script of another client blocks Redis: end it with SCRIPT KILL."],
  MISCONF: ["UNAVAILABLE", "Redis cannot save its data and refuses writes: look at its log and disk."],
};

/** A driver's error as one of ours, without secrets. `lastProblem` says why the connection is down, when it is. */
export function redisError(error: unknown, server: ServerUrl, lastProblem: string | null): TeselaError {
  if (error instanceof TeselaError) return error;
  const reason = server.hide(
    isReply(error) || isRedirection(error) ? reasonOf(error) : (lastProblem ?? reasonOf(error)),
  );
  const place = `The online store (Redis at ${server.shown})`;
  const known = replies[reason.split(" ", 1)[0] ?? ""];
  if (known !== undefined) return new TeselaError(known[0], `${place} refused: ${reason}`, { fix: known[1] });
  if (isRedirection(error)) {
    const fix = "Wait for the end of the slot's move, or of the fail-over.";
    return new TeselaError("UNAVAILABLE", `${place} has a slot between two servers: ${reason}`, { fix });
  }
  if (isReply(error)) return new TeselaError("INTERNAL", `${place} failed: ${reason}`);
  const fix = "Start Redis there, or correct the url.";
  return new TeselaError("UNAVAILABLE", `${place} cannot be reached: ${reason}`, { fix });
}

/** Why an operation failed, in the driver's words; an `AggregateError` has only a code. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== "") return error.message;
  return "code" in error ? String(error.code) : error.name;
}

/** Whether the server does not know the script it was asked to run. */
export function isUnknownScript(error: unknown): boolean {
  return isReply(error) && reasonOf(error).startsWith("NOSCRIPT");
}

/** Whether the driver was sent from server to server until it gave up. */
function isRedirection(error: unknown): boolean {
  return reasonOf(error).startsWith("Too many Cluster redirections");
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === "ReplyError";
}
