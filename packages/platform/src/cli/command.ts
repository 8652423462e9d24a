import { InvalidArgumentError } from "commander";
import { TeselaError, formatInstant, parseInstant } from "@tesela/core";
import type { Command } from "commander";

/** Adds a command with the options that every command has. */
export function addCommand(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option("--json", "print the result as JSON, and everything else on standard error")
    .option("--dir <path>", "where the embedded platform keeps its data (TESELA_DIR, else .tesela)");
}

/** Adds the option that names a workspace. */
export function withWorkspace(command: Command): Command {
  return command.option("--workspace <name>", 'the workspace (TESELA_WORKSPACE, else "default")');
}

/** Reads an instant as an option; prints it in its one spelling. */
export function instantOption(text: string): string {
  try {
    return formatInstant(parseInstant(text));
  } catch (error) {
    throw new InvalidArgumentError(
      error instanceof TeselaError ? (error.fix ?? error.message) : String(error),
    );
  }
}

/** Reads a port as an option. */
export function portOption(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError("Write a port from 0 (any free one) to 65535.");
}

/** Collects `name=value` arguments; a value may hold further `=`. */
export function keyValueArgument(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [name, value] = namedValue(text, "join keys");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`Join key "${name}" is given twice.`);
  return { ...before, [name]: value };
}

/** Collects request data written `name=value`: JSON, or text that is none. */
export function contextOption(
  text: string,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const [name, value] = namedValue(text, "request data");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`Request data "${name}" are given twice.`);
  return { ...before, [name]: jsonOrText(value) };
}

function namedValue(text: string, what: string): readonly [name: string, value: string] {
  const index = text.indexOf("=");
  if (index < 1) throw new InvalidArgumentError(`Write ${what} as name=value.`);
  return [text.slice(0, index), text.slice(index + 1)];
}

/** A whole number that JSON would round stays text, as int64 is read from both. */
function jsonOrText(text: string): unknown {
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
