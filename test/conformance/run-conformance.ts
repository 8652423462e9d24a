import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATHS, type CasePath, type ParsedCase } from "./case/case.ts";
import { setupsOf, type AdapterName, type Setup } from "./platform/adapters.ts";
import { writeCaseFiles } from "./platform/case-files.ts";
import { printError } from "./platform/running-case.ts";
import { runSetup } from "./platform/run-setup.ts";
import { openServices } from "./platform/services.ts";
import { failedResult, type CaseResult } from "./result.ts";

/** How to run cases; everything may be left out. */
export interface ConformanceOptions {
  /** All three unless given. */
  readonly paths?: readonly CasePath[];
  /** All that the machine has unless given. */
  readonly adapters?: readonly AdapterName[];
  /** Gives an empty database for a platform; without it each platform starts its own PostgreSQL. */
  readonly newDatabase?: () => Promise<string>;
  /** A Redis to use instead of finding one. */
  readonly redisUrl?: string;
  /** Worker processes of each platform; 2 unless given. */
  readonly workers?: number;
  /** Told what is about to run. */
  readonly onStart?: (line: string) => void;
}

/** What came out: a result for each case, path and adapter. */
export interface ConformanceReport {
  readonly adapters: readonly AdapterName[];
  readonly results: readonly CaseResult[];
}

/** Runs cases through the whole platform: every path that they name, every adapter that is there. */
export async function runConformance(
  cases: readonly ParsedCase[],
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  await using services = await openServices(options.adapters ?? null, options.redisUrl ?? null);
  const { adapters } = services;
  options.onStart?.([`adapters: ${adapters.join(", ")}`, ...services.origins].join("; "));
  const paths = options.paths ?? PATHS;
  const setups = setupsOf(adapters);
  const refused = cases.flatMap((parsed) =>
    parsed.kind === "refused" ? failuresOn(setups, parsed, paths, parsed.reason) : [],
  );
  const runnable = cases.flatMap((parsed) => (parsed.kind === "case" ? [parsed.case] : []));
  const asked = runnable.filter((one) => one.paths.some((path) => paths.includes(path)));
  if (asked.length === 0) return { adapters, results: refused };
  await using directory = await temporaryDirectory();
  const files = await writeCaseFiles(join(directory.path, "sources"), asked);
  const shared = { services, files, paths, workers: options.workers ?? 2 };
  const runs = setups.map(async (setup, index) => {
    const databaseUrl = (await options.newDatabase?.()) ?? null;
    return runSetup({ ...shared, setup, databaseUrl, directory: join(directory.path, `platform-${index}`) });
  });
  const settled = await Promise.allSettled(runs);
  const results = settled.flatMap((run, index) => {
    if (run.status === "fulfilled") return run.value;
    const reason = `the platform failed: ${printError(run.reason)}`;
    return asked.flatMap((one) => failuresOn([setups[index]!], one, paths, reason));
  });
  return { adapters, results: [...refused, ...results] };
}

/** A case that cannot be run fails wherever it would have been run. */
function failuresOn(
  setups: readonly Setup[],
  { id, paths: named }: { readonly id: string; readonly paths: readonly CasePath[] },
  paths: readonly CasePath[],
  reason: string,
): CaseResult[] {
  return setups.flatMap(({ runs, online, offline }) => {
    const adapterOf: Readonly<Record<CasePath, string>> = { source: "none", offline, online };
    const here = named.filter((path) => paths.includes(path) && runs[path]);
    return here.map((path) => failedResult(id, path, adapterOf[path], reason));
  });
}

async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "tesela-conformance-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
