import { JOB_STATES, JOB_TRIGGERS, JOB_TYPES, tryParseDuration } from "@tesela/core";
import { InvalidArgumentError, type Command } from "commander";
import { addCommand, instantOption, withWorkspace } from "./command.ts";
import type { CommonOptions, JobListInvocation } from "./invocation.ts";
import type { Choose } from "./parse.ts";

type Filters = JobListInvocation["filters"];

interface ListOptions extends CommonOptions {
  readonly state?: NonNullable<Filters["state"]>;
  readonly type?: NonNullable<Filters["type"]>;
  readonly trigger?: NonNullable<Filters["trigger"]>;
  readonly start?: string;
  readonly end?: string;
  readonly limit: number;
}

interface WaitOptions extends CommonOptions {
  readonly wait?: boolean;
  readonly timeout?: string;
}

/** Adds the commands of materialization jobs, and those that say what is materialized. */
export function addJobCommands(program: Command, choose: Choose): void {
  const jobs = program
    .command("jobs")
    .description("list, show, cancel, retry and wait for materialization jobs");
  addList(jobs, choose);
  addShow(jobs, choose);
  addEnding(jobs, choose, "cancel", "stop a job for good; one that has ended is shown as it is");
  addEnding(jobs, choose, "retry", "try a job again that has failed or was cancelled");
  addWait(jobs, choose);
  addStatus(program, choose);
  addGaps(program, choose);
  addRefill(program, choose);
}

function addList(jobs: Command, choose: Choose): void {
  const command = withWorkspace(addCommand(jobs, "list", "list jobs, the newest first"));
  command
    .argument("[view]", "the feature view; all unless given")
    .addOption(command.createOption("--state <state>", "jobs in this state").choices(JOB_STATES))
    .addOption(command.createOption("--type <type>", "jobs that do this").choices(JOB_TYPES))
    .addOption(command.createOption("--trigger <why>", "jobs that were made for this").choices(JOB_TRIGGERS))
    .option("--start <instant>", "jobs whose range ends after this instant", instantOption)
    .option("--end <instant>", "jobs whose range starts before this instant", instantOption)
    .option("--limit <number>", "how many at most", countOption, 50)
    .action((view: string | undefined, options: ListOptions) => {
      const { state, type, trigger, start, end, limit, ...common } = options;
      const filters = {
        ...(state === undefined ? {} : { state }),
        ...(type === undefined ? {} : { type }),
        ...(trigger === undefined ? {} : { trigger }),
        ...(start === undefined ? {} : { startTime: start }),
        ...(end === undefined ? {} : { endTime: end }),
      };
      choose({ command: "jobs list", view: view ?? null, filters, limit }, common);
    });
}

function addShow(jobs: Command, choose: Choose): void {
  withWorkspace(addCommand(jobs, "show", "show a job, its attempts, and what its workers had to say"))
    .argument("<id>", "the job's id")
    .action((id: string, common: CommonOptions) => choose({ command: "jobs show", id }, common));
}

function addEnding(jobs: Command, choose: Choose, name: "cancel" | "retry", description: string): void {
  withTimeout(withWorkspace(addCommand(jobs, name, description)))
    .argument("<id>", "the job's id")
    .option("--wait", "wait for the end, with its progress")
    .action((id: string, { wait, timeout, ...common }: WaitOptions) => {
      const command = `jobs ${name}` as const;
      choose({ command, id, isWaiting: wait === true, timeout: timeout ?? null }, common);
    });
}

function addWait(jobs: Command, choose: Choose): void {
  withTimeout(withWorkspace(addCommand(jobs, "wait", "wait for a job's success; fails if it ends otherwise")))
    .argument("<id>", "the job's id")
    .action((id: string, { timeout, ...common }: WaitOptions) =>
      choose({ command: "jobs wait", id, timeout: timeout ?? null }, common),
    );
}

interface StatusOptions extends CommonOptions {
  readonly verbose?: boolean;
  readonly limit: number;
  readonly sort?: string;
  readonly errorsOnly?: boolean;
}

function addStatus(program: Command, choose: Choose): void {
  withWorkspace(addCommand(program, "status", "show the attempts that materialized a feature view"))
    .argument("<view>", "the feature view")
    .option("--verbose", "show ids, stores, workers, times, rows and progress too")
    .option("--limit <number>", "how many jobs at most", countOption, 50)
    .option("--sort <columns>", "columns to sort by, separated by commas (the newest job first)")
    .option("--errors-only", "only what failed")
    .action((view: string, { verbose, limit, sort, errorsOnly, ...common }: StatusOptions) => {
      const shown = { verbose: verbose === true, errorsOnly: errorsOnly === true, limit };
      const options = { ...shown, ...(sort === undefined ? {} : { sortColumns: sort }) };
      choose({ command: "status", view, options }, common);
    });
}

interface GapsOptions extends CommonOptions {
  readonly compare?: boolean;
}

function addGaps(program: Command, choose: Choose): void {
  withWorkspace(
    addCommand(program, "gaps", "show what is due and not materialized, and how fresh each store is"),
  )
    .argument("[view]", "the feature view; all unless given")
    .option("--compare", "compare the source files first, to tell what is stale")
    .action((view: string | undefined, { compare, ...common }: GapsOptions) =>
      choose({ command: "gaps", view: view ?? null, isCompared: compare === true }, common),
    );
}

interface RefillOptions extends CommonOptions {
  readonly stale?: boolean;
  readonly start?: string;
  readonly end?: string;
}

function addRefill(program: Command, choose: Choose): void {
  const command = withWorkspace(
    addCommand(program, "refill", "let the schedule fill what cancelled and failed jobs have left empty"),
  );
  command
    .argument("<view>", "the feature view")
    .option("--start <instant>", "the beginning of a range (all unless given)", instantOption)
    .option("--end <instant>", "the end of the range, which is not part of it", instantOption)
    .option("--stale", "materialize again what was computed from other source files than there are now")
    .action((view: string, { start, end, stale, ...common }: RefillOptions) => {
      if ((start === undefined) !== (end === undefined)) command.error("error: give both --start and --end");
      if (stale === true && start !== undefined) command.error("error: give a range, or --stale");
      if (stale === true) return choose({ command: "refill", view, range: "stale" }, common);
      const range = start === undefined || end === undefined ? null : { startTime: start, endTime: end };
      choose({ command: "refill", view, range }, common);
    });
}

function withTimeout(command: Command): Command {
  return command.option("--timeout <duration>", 'how long to wait at most, such as "10m"', durationOption);
}

function durationOption(text: string): string {
  if (tryParseDuration(text) !== null) return text;
  throw new InvalidArgumentError('Write a duration such as "10m" or "2h".');
}

function countOption(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new InvalidArgumentError("Write a whole number from 1.");
}
