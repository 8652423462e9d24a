import { InvalidArgumentError, type Command } from "commander";
import { addCommand, instantOption, withWorkspace } from "./command.ts";
import type { CommonOptions, RunInvocation } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface RunCommandOptions extends CommonOptions {
  readonly start?: string;
  readonly end?: string;
  readonly level?: NonNullable<RunInvocation["options"]["aggregationLevel"]>;
  readonly mock?: Readonly<Record<string, string>>;
  readonly definitions?: string;
  readonly output?: string;
}

/** Adds `tesela run`. */
export function addRun(program: Command, choose: Choose): void {
  const command = withWorkspace(
    addCommand(
      program,
      "run",
      "compute a feature view over a range of its sources or of mocks; writes nothing",
    ),
  );
  command
    .argument("<view>", "the feature view")
    .option(
      "--start <instant>",
      "the beginning of the range (one batch schedule before its end)",
      instantOption,
    )
    .option("--end <instant>", "the end of the range, which is not part of it", instantOption)
    .addOption(
      command
        .createOption("--level <level>", "the transformation's rows, tiles of them, or features")
        .choices(["disabled", "partial", "full"]),
    )
    .option(
      "--mock <name=file>",
      "a file instead of a source, by the transformation's name for it",
      mockOption,
    )
    .option("--definitions <file>", "the module that declares the view; the applied view is run without it")
    .option("-o, --output <file>", "the .parquet, .csv or .ndjson file to write");
  command.action((view: string, options: RunCommandOptions) => {
    const { start, end, level, mock, definitions, output, ...common } = options;
    const read = {
      ...(start === undefined ? {} : { startTime: start }),
      ...(end === undefined ? {} : { endTime: end }),
      ...(level === undefined ? {} : { aggregationLevel: level }),
    };
    const files = { definitions: definitions ?? null, output: output ?? null, mocks: mock ?? {} };
    choose({ command: "run", view, ...files, options: read }, common);
  });
}

function mockOption(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const index = text.indexOf("=");
  const name = text.slice(0, index);
  if (index < 1 || index === text.length - 1) throw new InvalidArgumentError("Write a mock as name=file.");
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`Two mocks are named "${name}".`);
  return { ...before, [name]: text.slice(index + 1) };
}
