import { addCommand, keyValueArgument, withWorkspace } from "./command.ts";
import type { Command } from "commander";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface DeleteOptions extends CommonOptions {
  readonly file?: string;
  readonly online?: boolean;
  readonly offline?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

interface StatusOptions extends CommonOptions {
  readonly verbose?: boolean;
  readonly errorsOnly?: boolean;
}

/** Adds the commands that delete keys and prove it. */
export function addKeyCommands(program: Command, choose: Choose): void {
  const keys = program.command("keys").description("delete keys of a feature view, for good");
  addDelete(keys, choose);
  withWorkspace(addCommand(keys, "status", "show the deletions of a feature view and their jobs"))
    .argument("<view>", "the feature view")
    .option("--verbose", "with ids, instants and numbers of keys")
    .option("--errors-only", "only what failed")
    .action((view: string, { verbose, errorsOnly, ...common }: StatusOptions) =>
      choose(
        { command: "keys status", view, isVerbose: verbose === true, isErrorsOnly: errorsOnly === true },
        common,
      ),
    );
  withWorkspace(addCommand(keys, "verify", "scan every file of a feature view for its deleted keys"))
    .argument("<view>", "the feature view")
    .action((view: string, common: CommonOptions) => choose({ command: "keys verify", view }, common));
}

function addDelete(keys: Command, choose: Choose): void {
  const command = addCommand(keys, "delete", "delete keys: at once for every read, then from every file");
  withWorkspace(command)
    .argument("<view>", "the feature view")
    .argument("[keys...]", "one key: its join keys as name=value", keyValueArgument)
    .option("--file <path>", "many keys: NDJSON, an object with all join keys a line")
    .option("--online", "only from the online store")
    .option("--offline", "only from history")
    .option("--yes", "do not ask before")
    .option("--wait", "wait until the stores hold nothing of them any more")
    .action((view: string, key: Record<string, string> | undefined, options: DeleteOptions) => {
      const { file, online, offline, yes, wait, ...common } = options;
      const isOneKey = key !== undefined && Object.keys(key).length > 0;
      if (isOneKey === (file !== undefined)) command.error("error: give one key, or --file with many");
      const isNamed = online === true || offline === true;
      const stores = isNamed ? { online: online === true, offline: offline === true } : null;
      const how = { isConfirmed: yes === true, isWaiting: wait === true };
      const given = { key: isOneKey ? key : null, file: file ?? null, stores };
      choose({ command: "keys delete", view, ...given, ...how }, common);
    });
}
