import { Command, CommanderError } from "commander";
import { platformVersion } from "../assembly/version.ts";
import { addAccessCommands } from "./access-commands.ts";
import { addFeatureCommands } from "./feature-commands.ts";
import { addHousekeepingCommands } from "./housekeeping-commands.ts";
import { addKeyCommands } from "./key-commands.ts";
import { addJobCommands } from "./job-commands.ts";
import { addProcessCommands } from "./process-commands.ts";
import type { CommonOptions, Invocation } from "./invocation.ts";

/** A command line as it was understood, or what to print and the exit code to end with (help, version, misuse). */
export type Parsed =
  | { readonly kind: "command"; readonly invocation: Invocation; readonly common: CommonOptions }
  | { readonly kind: "exit"; readonly code: 0 | 2; readonly out: string; readonly err: string };

/** Called by the command that was chosen. */
export type Choose = (invocation: Invocation, common: CommonOptions) => void;

/** Understands the arguments after the program's name. Touches nothing. */
export function parseCommandLine(args: readonly string[]): Parsed {
  const written = { out: "", err: "" };
  let chosen: Parsed | null = null;
  const program = createProgram(written, (invocation, common) => {
    chosen = { kind: "command", invocation, common };
  });
  try {
    program.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: "exit", code: error.exitCode === 0 ? 0 : 2, ...written };
  }
  return chosen ?? { kind: "exit", code: 2, out: "", err: program.helpInformation() };
}

function createProgram(written: { out: string; err: string }, choose: Choose): Command {
  const program = new Command("tesela")
    .description("A self-hosted feature platform: the same values for training and for serving.")
    .version(platformVersion())
    .exitOverride()
    .showHelpAfterError("(--help shows how it is used)")
    .configureOutput({
      writeOut: (text) => void (written.out += text),
      writeErr: (text) => void (written.err += text),
    });
  addFeatureCommands(program, choose);
  addJobCommands(program, choose);
  addHousekeepingCommands(program, choose);
  addKeyCommands(program, choose);
  addProcessCommands(program, choose);
  addAccessCommands(program, choose);
  return program;
}
