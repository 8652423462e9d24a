import { InvalidArgumentError, type Command } from "commander";
import { addCommand, instantOption, withWorkspace } from "./command.ts";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface CheckOptions extends CommonOptions {
  readonly sample?: number;
  readonly at?: string;
  readonly seed?: number;
  readonly examples?: number;
  readonly source?: boolean;
  readonly store?: boolean;
}

/** Adds `tesela check-consistency`. */
export function addConsistency(program: Command, choose: Choose): void {
  const about = "compare what the online store answers with the historical read at the same instant";
  const command = withWorkspace(addCommand(program, "check-consistency", about));
  command
    .argument("<view>", "the feature view")
    .option("--sample <keys>", "how many keys are compared (1000)", countOption)
    .option("--at <instant>", "the instant of both answers (the last that both sides answer)", instantOption)
    .option("--seed <number>", "another seed samples other keys (0)", countOption)
    .option("--examples <keys>", "example keys of each feature (5)", countOption)
    .option("--source", "read history from the source (of stream views it is unless told)")
    .option("--store", "read history from the offline store")
    .action((view: string, options: CheckOptions) => {
      const { sample, at, seed, examples, source, store, ...common } = options;
      if (source === true && store === true) command.error("error: give --source or --store");
      const fromSource = source === true ? true : store === true ? false : undefined;
      const given = { sampleSize: sample, at, seed, examples, fromSource };
      choose({ command: "check-consistency", view, options: given }, common);
    });
}

function countOption(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Write a whole number.");
}
