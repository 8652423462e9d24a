import { InvalidArgumentError, type Command } from "commander";
import { TeselaError, parseDuration } from "@tesela/core";
import { addCommand, instantOption, withWorkspace } from "./command.ts";
import type { CommonOptions, HistoricalInvocation } from "./invocation.ts";
import type { Choose } from "./parse.ts";

/** The options of a read with a spine, as a command line gives them. */
export interface ReadCommandOptions extends CommonOptions {
  readonly timestampKey?: string;
  readonly fromSource?: boolean;
  readonly join?: "exclusive" | "inclusive";
  readonly embargo?: Fence;
  readonly maxLookback?: Fence;
  readonly maxStaleness?: Fence;
  readonly onMissing?: "null" | "skip" | "error";
  readonly knownAt?: "event";
  readonly asOf?: string;
  readonly onUnmaterialized?: "error" | "null";
  readonly onError?: "error" | "null";
}

interface HistoricalCommandOptions extends ReadCommandOptions {
  readonly service?: string;
  readonly spine?: string;
  readonly output?: string;
  readonly start?: string;
  readonly end?: string;
  readonly entities?: string;
}

type Fence = string | Readonly<Record<string, string>>;

const FENCE = "<duration>";

/** Adds `tesela get-historical`. */
export function addHistorical(program: Command, choose: Choose): void {
  const command = withWorkspace(
    addCommand(
      program,
      "get-historical",
      "read features as they were known then: at each row of a spine, or over a range",
    ),
  );
  addWhat(command);
  addSpineOptions(command);
  addRangeOptions(command);
  addReadOptions(command);
  command.action((views: string[], options: HistoricalCommandOptions) => {
    const { json, dir, workspace } = options;
    const common = { ...present({ json, dir, workspace }) } as CommonOptions;
    choose(invocationOf(views, options), common);
  });
}

function addWhat(command: Command): void {
  command
    .argument("[views...]", "the feature views, unless --service names a feature service")
    .option("--service <name>", "the feature service")
    .option(
      "-o, --output <file>",
      "the .parquet, .csv or .ndjson file to write; the first rows are printed without it",
    );
}

/** Adds the spine and the options that need one. */
export function addSpineOptions(command: Command): void {
  command
    .option("--spine <file>", "a Parquet, CSV or NDJSON file with join keys and an instant in each row")
    .option("--timestamp-key <column>", "the spine's column of instants, if several have a timestamp type")
    .addOption(
      command
        .createOption("--on-missing <what>", "what becomes of rows that matched nothing")
        .choices(["null", "skip", "error"]),
    );
}

function addRangeOptions(command: Command): void {
  command
    .option("--start <instant>", "without a spine: the beginning of the range", instantOption)
    .option("--end <instant>", "without a spine: its end, which is not part of it", instantOption)
    .option("--entities <file>", "without a spine: a file with the join keys to read");
}

/** Adds the options of every historical read. */
export function addReadOptions(command: Command): void {
  const nullOrError = (flags: string, description: string) =>
    command.createOption(flags, description).choices(["error", "null"]);
  command
    .option("--from-source", "compute from the source instead of the offline store")
    .option("--no-from-source", "read the offline store alone")
    .addOption(
      command
        .createOption("--join <how>", "whether an event at the very instant asked about is seen")
        .choices(["exclusive", "inclusive"]),
    )
    .option(
      `--embargo ${FENCE}`,
      "as if everything had been known that much later; or view=duration",
      fenceOption,
    )
    .option(
      `--max-lookback ${FENCE}`,
      "how old an attribute may be to be looked at; or view=duration",
      fenceOption,
    )
    .option(
      `--max-staleness ${FENCE}`,
      "how old an attribute may be, else stale; or view=duration",
      fenceOption,
    )
    .addOption(
      command
        .createOption("--known-at <what>", "hide rows that were created after the instant asked about")
        .choices(["event"]),
    )
    .option("--as-of <instant>", "read the offline store as it was committed then", instantOption)
    .addOption(nullOrError("--on-unmaterialized <what>", "what instants that are not materialized become"))
    .addOption(nullOrError("--on-error <what>", "what values that cannot be computed become"));
}

/** Reads a duration for all views, or `view=duration`, which may be repeated. */
function fenceOption(text: string, before?: Fence): Fence {
  const index = text.indexOf("=");
  const duration = checked(text.slice(index + 1));
  if (index === -1 && before === undefined) return duration;
  if (index < 1 || typeof before === "string")
    throw new InvalidArgumentError("Give one duration for all views, or view=duration for each.");
  return { ...before, [text.slice(0, index)]: duration };
}

function checked(duration: string): string {
  try {
    parseDuration(duration);
    return duration;
  } catch (error) {
    throw new InvalidArgumentError(
      error instanceof TeselaError ? (error.fix ?? error.message) : String(error),
    );
  }
}

function invocationOf(views: readonly string[], options: HistoricalCommandOptions): HistoricalInvocation {
  const { service, spine, output, start, end, entities } = options;
  return {
    command: "get-historical",
    views,
    service: service ?? null,
    spine: spine ?? null,
    output: output ?? null,
    spineOptions: spineOptions(options),
    rangeOptions: present({ startTime: start, endTime: end, entities }),
    options: readOptions(options),
  };
}

/** The options that were given and that need a spine. */
export function spineOptions(options: ReadCommandOptions): HistoricalInvocation["spineOptions"] {
  const { timestampKey, onMissing } = options;
  return present({ timestampKey, onMissing });
}

/** The options that were given and that every read has. */
export function readOptions(options: ReadCommandOptions): HistoricalInvocation["options"] {
  const { fromSource, join, embargo, maxLookback, maxStaleness } = options;
  const { knownAt, asOf, onUnmaterialized, onError } = options;
  const fences = { join, embargo, maxLookback, maxStaleness, knownAt };
  return present({ fromSource, ...fences, asOf, onUnmaterialized, onError });
}

/** The options that were given. */
function present<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
