import { readConfig } from "../config/config.ts";
import { commands } from "./commands.ts";
import { parseCommandLine } from "./parse.ts";
import { printError } from "./print-error.ts";
import { processTerminal } from "./terminal.ts";
import type { Config } from "../config/config.ts";
import type { CommonOptions, Invocation } from "./invocation.ts";

/** Runs a command line, without the program's name, and gives the exit code: 0 done, 1 failed, 2 misused. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const parsed = parseCommandLine(args);
  if (parsed.kind === "exit") {
    process.stdout.write(parsed.out);
    process.stderr.write(parsed.err);
    return parsed.code;
  }
  return run(parsed.invocation, parsed.common);
}

async function run(invocation: Invocation, common: CommonOptions): Promise<number> {
  const terminal = processTerminal(common.json === true);
  const stopping = stopAtSignal();
  try {
    const config = configOf(common);
    const command = await commands[invocation.command]();
    await command(invocation as never, { config, terminal, signal: stopping.signal });
    return 0;
  } catch (error) {
    printError(terminal, error, isDebug());
    return 1;
  } finally {
    stopping.release();
  }
}

function configOf({ dir, workspace }: CommonOptions): Config {
  const config = readConfig(process.env);
  return Object.freeze({ ...config, dir: dir ?? config.dir, workspace: workspace ?? config.workspace });
}

/** The config may be what is wrong. */
function isDebug(): boolean {
  try {
    return readConfig(process.env).isDebug;
  } catch {
    return false;
  }
}

/** The first Ctrl-C asks the command to stop; the second one ends the process at once. */
function stopAtSignal(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
