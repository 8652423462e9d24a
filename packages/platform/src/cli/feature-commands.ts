import { addCommand, instantOption, withWorkspace } from "./command.ts";
import { addConsistency } from "./consistency-command.ts";
import { addExplain } from "./explain-command.ts";
import { addHistorical } from "./historical-command.ts";
import { addOnlineCommands } from "./online-commands.ts";
import { addRun } from "./run-command.ts";
import type { Command } from "commander";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

const DEFAULT_FILE = "features.ts";

/** Adds the commands that work with features. */
export function addFeatureCommands(program: Command, choose: Choose): void {
  addInit(program, choose);
  addPlan(program, choose);
  addApply(program, choose);
  addMaterialize(program, choose);
  addIngest(program, choose);
  addHistorical(program, choose);
  addExplain(program, choose);
  addRun(program, choose);
  addOnlineCommands(program, choose);
  addConsistency(program, choose);
}

function addInit(program: Command, choose: Choose): void {
  addCommand(program, "init", "write a small feature repository that runs")
    .argument("[directory]", "where to", ".")
    .action((directory: string, common: CommonOptions) => choose({ command: "init", directory }, common));
}

function addPlan(program: Command, choose: Choose): void {
  withWorkspace(addCommand(program, "plan", "say what applying a file would change"))
    .argument("[file]", "the module that exports the declarations", DEFAULT_FILE)
    .action((file: string, common: CommonOptions) => choose({ command: "plan", file }, common));
}

interface ApplyOptions extends CommonOptions {
  readonly plan?: string;
  readonly yes?: boolean;
}

function addApply(program: Command, choose: Choose): void {
  withWorkspace(addCommand(program, "apply", "make the workspace what a file declares"))
    .argument("[file]", "the module that exports the declarations", DEFAULT_FILE)
    .option("--plan <id>", "do what this plan said, if the workspace has not moved since")
    .option("--yes", "do not ask before data are destroyed")
    .action((file: string, { plan, yes, ...common }: ApplyOptions) =>
      choose({ command: "apply", file, planId: plan ?? null, isConfirmed: yes === true }, common),
    );
}

interface MaterializeOptions extends CommonOptions {
  readonly start: string;
  readonly end: string;
  readonly online?: boolean;
  readonly offline?: boolean;
  readonly overwrite?: boolean;
  readonly retries: boolean;
  readonly wait?: boolean;
}

function addMaterialize(program: Command, choose: Choose): void {
  withWorkspace(addCommand(program, "materialize", "materialize a range of a feature view"))
    .argument("<view>", "the feature view")
    .requiredOption("--start <instant>", "the beginning of the range", instantOption)
    .requiredOption("--end <instant>", "the end of the range, which is not part of it", instantOption)
    .option("--online", "to the online store (every store of the view unless one is named)")
    .option("--offline", "to the offline store")
    .option("--overwrite", "replace what is materialized already")
    .option("--no-retries", "try once, and leave it to you to try again")
    .option("--wait", "wait for the end, with its progress")
    .action((view: string, options: MaterializeOptions) => {
      const { start, end, online, offline, overwrite, retries, wait, ...common } = options;
      const isNamed = online === true || offline === true;
      const stores = isNamed ? { online: online === true, offline: offline === true } : null;
      const how = { isOverwrite: overwrite === true, isRetried: retries, isWaiting: wait === true };
      choose({ command: "materialize", view, start, end, stores, ...how }, common);
    });
}

function addIngest(program: Command, choose: Choose): void {
  withWorkspace(addCommand(program, "ingest", "bring the rows of a file into a feature table"))
    .argument("<table>", "the feature table")
    .argument("<file>", "a Parquet, CSV or NDJSON file with the table's columns")
    .action((table: string, file: string, common: CommonOptions) =>
      choose({ command: "ingest", table, file }, common),
    );
}
