import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { micros, type EpochMicros } from "@tesela/core";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import type { Case, CasePath } from "../case/case.ts";
import { inParallel } from "../in-parallel.ts";
import { failedResult, type CaseResult, type Mistake } from "../result.ts";
import type { Setup } from "./adapters.ts";
import { historicalMistakes, wholeRange, wholeRangeDue } from "./historical.ts";
import { materialize } from "./materialize.ts";
import { onlineMistakes } from "./online.ts";
import { openCases, type CaseFiles } from "./open-cases.ts";
import { printError, type RunningCase } from "./running-case.ts";
import type { Services } from "./services.ts";

/** What one platform is to prove. */
export interface SetupRun {
  readonly setup: Setup;
  readonly services: Services;
  /** A folder of this platform's own. */
  readonly directory: string;
  /** An empty database, or null to start a PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly files: CaseFiles;
  readonly cases: readonly Case[];
  readonly paths: readonly CasePath[];
  readonly workers: number;
}

const READS_PER_WORKER = 3;

/** Starts a platform, asks it every case on the paths of its setup and stops it. */
export async function runSetup(run: SetupRun): Promise<CaseResult[]> {
  await using platform = await startPlatform(run);
  const running = await openCases(platform.client, run.files, run.cases);
  const runs = run.setup.runs;
  return [
    ...(runs.online ? await runOnline(run, platform, running) : []),
    ...(runs.source ? await runSource(run, running) : []),
    ...(runs.offline ? await runOffline(run, platform, running) : []),
  ];
}

function startPlatform({
  setup,
  services,
  directory,
  databaseUrl,
  files,
  workers,
}: SetupRun): Promise<EmbeddedPlatform> {
  const { redisUrl, s3Url } = services;
  return startEmbedded({
    dir: directory,
    clock: micros(0n),
    sourceRoots: [files.directory],
    onlineStore: setup.online,
    queue: setup.online,
    workers,
    logLevel: "error",
    redisPrefix: `conformance-${randomBytes(6).toString("hex")}`,
    ...(databaseUrl === null ? {} : { databaseUrl }),
    ...(setup.online !== "redis" || redisUrl === null ? {} : { redisUrl }),
    ...(setup.offline === "s3" && s3Url !== null ? { offlineStoreUrl: s3Url } : {}),
    ...(setup.offline === "local" ? { offlineStoreUrl: `file://${join(directory, "offline")}` } : {}),
  });
}

async function runOnline(
  run: SetupRun,
  platform: EmbeddedPlatform,
  all: readonly RunningCase[],
): Promise<CaseResult[]> {
  const [cases, refused] = split(run, all, "online", run.setup.online);
  const setClock = (instant: EpochMicros): Promise<void> => platform.setClock(instant);
  const mistakes = await onlineMistakes(cases, setClock, concurrencyOf(run));
  return [...refused, ...cases.map((one) => result(one, "online", run.setup.online, mistakes.get(one)!))];
}

async function runSource(run: SetupRun, all: readonly RunningCase[]): Promise<CaseResult[]> {
  const [cases, refused] = split(run, all, "source", "none");
  const results = await inParallel(cases, concurrencyOf(run), async (one) =>
    result(one, "source", "none", await historicalMistakes(one, true)),
  );
  return [...refused, ...results];
}

async function runOffline(
  run: SetupRun,
  platform: EmbeddedPlatform,
  all: readonly RunningCase[],
): Promise<CaseResult[]> {
  const adapter = run.setup.offline;
  const [cases, refused] = split(run, all, "offline", adapter);
  await platform.setClock(cases.map(wholeRangeDue).reduce((a, b) => (a > b ? a : b), micros(0n)));
  const results = await inParallel(cases, concurrencyOf(run), async (one) => {
    const { start, end } = wholeRange(one);
    try {
      await materialize(one, "offline", start, end);
    } catch (error) {
      return failedResult(one.case.id, "offline", adapter, printError(error));
    }
    return result(one, "offline", adapter, await historicalMistakes(one, false));
  });
  return [...refused, ...results];
}

/** The cases that name the path and can be asked, and the results of those that the platform refused. */
function split(
  { paths }: SetupRun,
  all: readonly RunningCase[],
  path: CasePath,
  adapter: string,
): [RunningCase[], CaseResult[]] {
  const asked = paths.includes(path) ? all.filter((one) => one.case.paths.includes(path)) : [];
  const refused = asked.filter(({ refusal }) => refusal !== null);
  const results = refused.map((one) => failedResult(one.case.id, path, adapter, one.refusal!));
  return [asked.filter(({ refusal }) => refusal === null), results];
}

function result(one: RunningCase, path: CasePath, adapter: string, mistakes: readonly Mistake[]): CaseResult {
  return { id: one.case.id, path, adapter, mistakes };
}

function concurrencyOf({ workers }: SetupRun): number {
  return workers * READS_PER_WORKER;
}
