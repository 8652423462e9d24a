import { InvalidArgumentError, type Command } from "commander";
import { addCommand, withWorkspace } from "./command.ts";
import {
  addReadOptions,
  readOptions,
  spineOptions,
  addSpineOptions,
  type ReadCommandOptions,
} from "./historical-command.ts";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface ExplainCommandOptions extends ReadCommandOptions {
  readonly service?: string;
  readonly spine: string;
  readonly row?: number;
  readonly sql?: boolean;
}

/** Adds `tesela explain`. */
export function addExplain(program: Command, choose: Choose): void {
  const command = withWorkspace(
    addCommand(
      program,
      "explain",
      "say what get-historical would do with a spine, and why a row gets what it gets",
    ),
  )
    .argument("[views...]", "the feature views, unless --service names a feature service")
    .option("--service <name>", "the feature service");
  addSpineOptions(command);
  addReadOptions(command);
  command
    .option("--row <number>", "a row of the spine, the first being 0", rowOption)
    .option("--sql", "print the SQL, too");
  command.action((views: string[], options: ExplainCommandOptions) => {
    const { json, dir, workspace, service, spine, row, sql } = options;
    const common = Object.fromEntries(
      Object.entries({ json, dir, workspace }).filter(([, value]) => value !== undefined),
    ) as CommonOptions;
    const read = { ...readOptions(options), ...spineOptions(options), ...(row === undefined ? {} : { row }) };
    const what = { views, service: service ?? null, spine: spine ?? null };
    choose({ command: "explain", ...what, options: read, isSqlShown: sql === true }, common);
  });
}

function rowOption(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write the number of a row; the first is 0.");
}
