import { TeselaError, formatProblems } from "@tesela/core";
import type { Terminal } from "./terminal.ts";

/** Prints what went wrong, every problem and how to mend it; a stack only where `isDebug` asks for it. */
export function printError(terminal: Terminal, error: unknown, isDebug: boolean): void {
  const { code, message, fix, problems } = described(error);
  if (terminal.isJson) terminal.result({ error: { code, message, fix, problems } }, "");
  else {
    terminal.note(`error: ${message}`);
    if (problems.length > 0) terminal.note(formatProblems(problems).replaceAll(/^/gm, "  "));
    if (fix !== null) terminal.note(`fix: ${fix}`);
  }
  if (isDebug) terminal.note(stackOf(error));
}

function described(error: unknown): Pick<TeselaError, "code" | "message" | "fix" | "problems"> {
  if (error instanceof TeselaError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return { code: "INTERNAL", message, fix: "TESELA_DEBUG=1 shows where it happened.", problems: [] };
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(error.cause)}`;
}
