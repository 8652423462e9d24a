import { Command } from "commander";
import { report } from "./harness/report.ts";
import type { WorkResult } from "./harness/work.ts";
import { historical } from "./historical/historical.ts";
import { mainJob } from "./main-job/main-job.ts";
import { materialization } from "./materialization/materialization.ts";
import { serving } from "./serving/serving.ts";

/** A benchmark by its name; `quick` fits in a minute. */
type Benchmark = (options: { readonly quick: boolean }) => Promise<readonly WorkResult[]>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  "main-job": mainJob,
  historical,
  materialization,
  serving,
};

const program = new Command("bench")
  .description("Measures Tesela against the hand-written equivalent in the same run.")
  .argument("<name>", `one of: ${Object.keys(benchmarks).join(", ")}`)
  .option("--json", "one object a line", false)
  .option("--quick", "fewer rounds", false)
  .action(async (name: string, options: { json: boolean; quick: boolean }) => {
    const benchmark = benchmarks[name];
    if (benchmark === undefined) return program.error(`there is no benchmark "${name}"`, { exitCode: 2 });
    const results = await benchmark(options);
    report(results, options.json);
    process.exitCode = results.every(({ held }) => held) ? 0 : 1;
  });

await program.parseAsync();
