import type { Command } from "commander";
import { addCommand, contextOption, keyValueArgument, withWorkspace } from "./command.ts";
import type { CommonOptions, OnlineInvocation } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface OnlineOptions extends CommonOptions {
  readonly service?: boolean;
  readonly key?: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly partial?: boolean;
}

/** Adds the commands that read features now. */
export function addOnlineCommands(program: Command, choose: Choose): void {
  const oneKey = addCommand(program, "get-online", "read the features of one key now");
  withOptions(oneKey, "get-online", "the join keys as name=value", choose);
  const allValues = addCommand(
    program,
    "query-online",
    "read the features of every value of a wildcard join key now",
  );
  withOptions(allValues, "query-online", "the other join keys as name=value", choose);
}

function withOptions(
  command: Command,
  name: OnlineInvocation["command"],
  keys: string,
  choose: Choose,
): void {
  withWorkspace(command)
    .argument("<name>", "the feature view, or the feature service with --service")
    .argument("[keys...]", keys, keyValueArgument)
    .option("--key <name=value>", "the same, as an option that may be repeated", keyValueArgument)
    .option("--service", "the name is that of a feature service")
    .option(
      "--context <name=value>",
      "request data of realtime views, as JSON or else text; repeated",
      contextOption,
    )
    .option("--partial", "features that cannot be had are null, instead of an error")
    .action((what: string, given: Record<string, string> | undefined, options: OnlineOptions) => {
      const { service, key = {}, context = {}, partial, ...common } = options;
      const twice = Object.keys(given ?? {}).find((one) => Object.hasOwn(key, one));
      if (twice !== undefined) command.error(`error: join key "${twice}" is given twice`);
      const how = { isService: service === true, isPartial: partial === true };
      choose({ command: name, name: what, keys: { ...given, ...key }, context, ...how }, common);
    });
}
