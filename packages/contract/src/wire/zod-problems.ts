import { TeselaError, type Problem } from "@tesela/core";
import type { z } from "zod";

const SHOWN = 100;

/** The value read by a schema; else `VALIDATION` with every problem under its path, at most 100. */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, SHOWN).map((issue) => problemOfIssue(issue, what));
  throw new TeselaError("VALIDATION", `The ${what} is not valid: ${summaryOf(problems)}`, { problems });
}

function problemOfIssue(issue: z.core.$ZodIssue, what: string): Problem {
  const path = printPath(issue.path);
  if (issue.code !== "unrecognized_keys") return { path: path === "" ? what : path, message: issue.message };
  const unknown = issue.keys.map((key) => printPath([...issue.path, key])).join(", ");
  return { path: unknown, message: "is not known here", fix: "Remove it, or correct its spelling." };
}

function printPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

function summaryOf(problems: readonly Problem[]): string {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return first === undefined ? "no reason is known." : `${first.path}: ${first.message}${more}.`;
}
