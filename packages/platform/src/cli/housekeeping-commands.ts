import { addCommand, withWorkspace } from "./command.ts";
import type { Command } from "commander";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface HousekeepingOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly all?: boolean;
}

/** Adds the commands that keep files and online data in order. */
export function addHousekeepingCommands(program: Command, choose: Choose): void {
  addGc(program, choose);
  addRebuild(program, choose);
}

function addGc(program: Command, choose: Choose): void {
  const command = addCommand(
    program,
    "gc",
    "merge small files, remove what nothing needs: orphans, expired snapshots, views that are gone",
  );
  withOptions(command)
    .argument("[view]", "one view, also one that is gone; all unless given")
    .action((view: string | undefined, { dryRun, wait, ...common }: HousekeepingOptions) =>
      choose(
        { command: "gc", view: view ?? null, isDryRun: dryRun === true, isWaiting: wait === true },
        common,
      ),
    );
}

function addRebuild(program: Command, choose: Choose): void {
  const command = addCommand(program, "rebuild", "load the online store anew from the offline store");
  withOptions(command)
    .argument("[view]", "the feature view")
    .option("--all", "every view that is served online")
    .action((view: string | undefined, { dryRun, wait, all, ...common }: HousekeepingOptions) => {
      if ((view === undefined) !== (all === true)) command.error("error: name a view, or --all");
      choose(
        { command: "rebuild", view: view ?? null, isDryRun: dryRun === true, isWaiting: wait === true },
        common,
      );
    });
}

function withOptions(command: Command): Command {
  return withWorkspace(command)
    .option("--dry-run", "only say what there is to do: files, bytes, generations")
    .option("--wait", "wait for the end of the jobs");
}
