import { environment } from "./variables.ts";
import type { Problem } from "@tesela/core";
import type { z } from "zod";
import type { Environment } from "./variables.ts";

const secrets: readonly string[] = [
  "DATABASE_URL",
  "REDIS_URL",
  "ONLINE_REDIS_URL",
  "OFFLINE_STORE_URL",
  "TESELA_API_KEY",
  "TESELA_ALERT_WEBHOOKS",
  "TESELA_ALERT_SECRET",
];

/** Every problem of a set of variables: what the schema found, unknown names, and contradictions. */
export function environmentProblems(given: Environment, error: z.ZodError | null): Problem[] {
  const invalid = (error?.issues ?? []).map((issue) =>
    invalidValue(given, String(issue.path[0]), issue.message),
  );
  return [...invalid, ...unknownVariables(given), ...missingRedis(given)];
}

function invalidValue(given: Environment, name: string, message: string): Problem {
  const found = secrets.includes(name) ? "its value" : JSON.stringify(given[name]);
  return { path: name, message: `${found} ${message}` };
}

function unknownVariables(given: Environment): Problem[] {
  const known = Object.keys(environment.shape);
  return Object.keys(given)
    .filter((name) => name.startsWith("TESELA_") && !known.includes(name))
    .map((name) => ({
      path: name,
      message: "is not a variable of this platform",
      fix: `Unset it, or use one of ${known.filter((each) => each.startsWith("TESELA_")).join(", ")}.`,
    }));
}

function missingRedis(given: Environment): Problem[] {
  if (given["REDIS_URL"] !== undefined) return [];
  const hasOnline = given["ONLINE_REDIS_URL"] !== undefined;
  return [...(hasOnline ? [] : ["TESELA_ONLINE_STORE"]), "TESELA_QUEUE"]
    .filter((name) => given[name] === "redis")
    .map((name) => ({ path: name, message: 'is "redis" but REDIS_URL is not set', fix: "Set REDIS_URL." }));
}
