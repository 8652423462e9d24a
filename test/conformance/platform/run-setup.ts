import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseInstant, type EpochMicros } from "@tesela/core";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import type { Case, CasePath } from "../case/case.ts";
import { inParallel } from "../in-parallel.ts";
import { failedResult, type CaseResult, type Mistake } from "../result.ts";
import type { Setup } from "./adapters.ts";
import { historicalMistakes } from "./historical.ts";
import { materialize } from "./materialize.ts";
import { onlineMistakes } from "./online.ts";
import type { CaseFiles } from "./case-files.ts";
import { openCases, type OpenedCases } from "./open-cases.ts";
import { printError, type RunningCase } from "./running-case.ts";
import type { Services } from "./services.ts";
import { wholeRange, wholeRangesDue } from "./whole-range.ts";

/** What one platform is to prove. */
export interface SetupRun {
  readonly setup: Setup;
  readonly services: Services;
  /** A folder of this platform's own. */
  readonly directory: string;
  /** An empty database, or null to start a PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly files: CaseFiles;
  readonly paths: readonly CasePath[];
  readonly workers: number;
}

const READS_PER_WORKER = 3;

/** The clock while events are ingested: before the instants of every case, so that all of them wait. */
const BEFORE_ALL = parseInstant("1900-01-01T00:00:00Z");

/** Starts a platform, asks it every case on the paths of its setup and stops it. */
export async function runSetup(run: SetupRun): Promise<CaseResult[]> {
  await using platform = await startPlatform(run);
  const opened = await openCases(platform.client, run.files);
  const { runs } = run.setup;
  const online = runs.online ? await runOnline(run, platform, opened) : [];
  await platform.setClock(wholeRangesDue(opened.running));
  return [
    ...online,
    ...(runs.source ? await runSource(run, opened) : []),
    ...(runs.offline ? await runOffline(run, opened) : []),
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
    clock: BEFORE_ALL,
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

async function runOnline(run: SetupRun, platform: EmbeddedPlatform, all: OpenedCases): Promise<CaseResult[]> {
  const [cases, refused] = split(run, all, "online", run.setup.online);
  const setClock = (instant: EpochMicros): Promise<void> => platform.setClock(instant);
  const mistakes = await onlineMistakes(cases, setClock, concurrencyOf(run));
  return [...refused, ...cases.map((one) => result(one, "online", run.setup.online, mistakes.get(one)!))];
}

async function runSource(run: SetupRun, all: OpenedCases): Promise<CaseResult[]> {
  const [cases, refused] = split(run, all, "source", "none");
  const results = await inParallel(cases, concurrencyOf(run), async (one) =>
    result(one, "source", "none", await historicalMistakes(one, true)),
  );
  return [...refused, ...results];
}

async function runOffline(run: SetupRun, all: OpenedCases): Promise<CaseResult[]> {
  const adapter = run.setup.offline;
  const [cases, refused] = split(run, all, "offline", adapter);
  const results = await inParallel(cases, concurrencyOf(run), async (one) => {
    try {
      const { start, end } = wholeRange(one);
      if (one.compiled.kind !== "table") await materialize(one, "offline", start, end);
    } catch (error) {
      return failedResult(one.case.id, "offline", adapter, printError(error));
    }
    return result(one, "offline", adapter, await historicalMistakes(one, false));
  });
  return [...refused, ...results];
}

/** The cases that name the path and can be asked, and the results of those that cannot. */
function split(
  { paths }: SetupRun,
  { running, refused }: OpenedCases,
  path: CasePath,
  adapter: string,
): [readonly RunningCase[], CaseResult[]] {
  const isAsked = ({ case: one }: { readonly case: Case }): boolean =>
    paths.includes(path) && one.paths.includes(path);
  const not = [...refused, ...running.map(({ case: one }) => ({ case: one, reason: whyNot(one, path) }))];
  const failed = not.filter(isAsked).flatMap(({ case: { id }, reason }) => {
    return reason === null ? [] : [failedResult(id, path, adapter, reason)];
  });
  return [running.filter((one) => isAsked(one) && whyNot(one.case, path) === null), failed];
}

/** Why a case cannot be asked on a path, or null. */
function whyNot({ question, declaredOptions }: Case, path: CasePath): string | null {
  if (path !== "online") return null;
  const isPlain = question.kind === "spine" && Object.keys(declaredOptions).length === 0;
  return isPlain ? null : "an online read has no range and no options";
}

function result(one: RunningCase, path: CasePath, adapter: string, mistakes: readonly Mistake[]): CaseResult {
  return { id: one.case.id, path, adapter, mistakes };
}

function concurrencyOf({ workers }: SetupRun): number {
  return workers * READS_PER_WORKER;
}
