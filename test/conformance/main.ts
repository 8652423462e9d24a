import { TeselaError } from "@tesela/core";
import { Command, InvalidArgumentError, Option } from "commander";
import { PATHS, type CasePath, type ParsedCase } from "./case/case.ts";
import { readCases } from "./case/read-files.ts";
import { sampleCases } from "./generate/sample.ts";
import { ADAPTERS, type AdapterName } from "./platform/adapters.ts";
import { printResult } from "./result.ts";
import { runConformance, type ConformanceOptions } from "./run-conformance.ts";
import { shrinkFailure } from "./shrink-failure.ts";

interface Flags {
  readonly paths?: readonly CasePath[];
  readonly adapters?: readonly AdapterName[];
  readonly generate?: number;
  readonly seed?: number;
}

const command = new Command("conformance")
  .description("Runs cases through every path and every store that this machine has.")
  .argument("[files...]", "JSON files of cases, or folders of them")
  .addOption(new Option("--paths <list>", "of source, offline, online").argParser(listOf(PATHS)))
  .addOption(new Option("--adapters <list>", `of ${ADAPTERS.join(", ")}`).argParser(listOf(ADAPTERS)))
  .addOption(new Option("--generate <count>", "also run generated cases").argParser(wholeNumber))
  .addOption(new Option("--seed <number>", "which cases are generated").argParser(wholeNumber))
  .action(main);

try {
  await command.parseAsync();
} catch (error) {
  console.error(error instanceof TeselaError ? error.message : error);
  process.exitCode = 1;
}

async function main(files: readonly string[], flags: Flags): Promise<void> {
  const count = flags.generate ?? 0;
  if (files.length === 0 && count === 0)
    command.error("Name a file or a folder of cases, or --generate a number.");
  const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 31);
  if (count > 0) console.log(`generated: ${count} cases with --seed ${seed}`);
  const generated = count > 0 ? sampleCases(count, seed) : [];
  const cases: ParsedCase[] = [
    ...(await readCases(files)),
    ...generated.map((one) => ({ kind: "case" as const, case: one.case })),
  ];
  const options = optionsOf(flags);
  const { results } = await runConformance(cases, { ...options, onStart: console.log });
  const failed = results.filter(({ mistakes }) => mistakes.length > 0);
  for (const result of failed) console.log(printResult(result));
  const broken = generated.find((one) => failed.some(({ id }) => id === one.case.id));
  if (broken !== undefined) console.log(await shrinkFailure(broken, seed, options));
  console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

function optionsOf({ paths, adapters }: Flags): ConformanceOptions {
  return { ...(paths === undefined ? {} : { paths }), ...(adapters === undefined ? {} : { adapters }) };
}

function listOf<const T extends string>(allowed: readonly T[]): (text: string) => readonly T[] {
  return (text) => {
    const names = text.split(",").map((name) => name.trim());
    const unknown = names.find((name) => !allowed.some((one) => one === name));
    if (unknown === undefined) return allowed.filter((one) => names.includes(one));
    throw new InvalidArgumentError(`"${unknown}" is none of ${allowed.join(", ")}.`);
  };
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is no whole number.");
}
