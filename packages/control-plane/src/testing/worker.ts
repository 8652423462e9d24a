import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  checkPayloadSchema,
  retrievalPayloadSchema,
  streamPayloadSchema,
  type CheckResult,
  type RetrievalResult,
} from "@tesela/contract";
import type { OfflineStore } from "@tesela/offline-store";
import type { JobQueue, QueueName, Registry, Task } from "@tesela/registry";
import { resolvedDelays } from "./definitions.ts";

const LEASE_MS = 60_000;

/** The id under which the worker of a test is known. */
export const WORKER_ID = "test-worker";

/** What the worker of a test answers to a retrieval: bytes that look like a Parquet file. */
export const RESULT_BYTES = new TextEncoder().encode("PAR1 result PAR1");

/** What the worker of a test needs. */
export interface WorkerServices {
  readonly registry: Registry;
  readonly queue: JobQueue;
  readonly offlineStore: OfflineStore;
}

/** Answers check tasks: SQL that holds "broken" has a problem, all else gives the columns of the test's view. */
export async function startChecker({ registry, queue }: WorkerServices): Promise<void> {
  await registry.workers.beat({ id: WORKER_ID, host: "test", pid: 1, capabilities: ["check"] });
  await answer(registry, queue, "check", async ({ payload }) => checkResultOf(payload));
}

/** Answers retrieval tasks; one whose timestamp key is "broken" fails. */
export async function startRetriever({ registry, queue, offlineStore }: WorkerServices): Promise<void> {
  await answer(registry, queue, "retrieve", async ({ payload }) => {
    const read = retrievalPayloadSchema.parse(payload);
    if (read.kind === "spine" && read.timestampKey === "broken") return null;
    await using scratch = await offlineStore.createScratch();
    const file = join(scratch.directory, "result.parquet");
    await writeFile(file, RESULT_BYTES);
    await offlineStore.put(file, read.resultPath);
    return RESULT;
  });
}

/** Answers pushes into streams: each view takes all rows of its stream but those whose airport is null. */
export async function startStreamer({ registry, queue }: WorkerServices): Promise<void> {
  await answer(registry, queue, "ingest", async ({ payload }) => {
    const { sources, views } = streamPayloadSchema.parse(payload);
    const records = sources.flatMap((one) => one.records);
    const rejected = records.filter(({ origin }) => origin === null).length;
    const events = records.length - rejected;
    return { views: views.map(({ definition: { name } }) => ({ name, events, rejected })) };
  });
}

const RESULT: RetrievalResult = {
  rowCount: 1,
  bytes: RESULT_BYTES.length,
  columns: [{ name: "delays.delay", type: "BIGINT" }],
  statistics: { delays: { matched: 1, null: 0, reasons: {} } },
};

async function answer(
  registry: Registry,
  queue: JobQueue,
  name: QueueName,
  resultOf: (task: Task) => Promise<unknown>,
): Promise<void> {
  const handle = async ({ id }: { readonly id: string }): Promise<void> => {
    const task = await registry.tasks.claim(id, WORKER_ID, LEASE_MS);
    if (task === null) return;
    const result = await resultOf(task);
    if (result !== null) await registry.tasks.complete(id, WORKER_ID, result);
    else await registry.tasks.fail(id, WORKER_ID, FAILURE);
  };
  await queue.work(name, handle, { concurrency: 2 });
}

const FAILURE = {
  code: "NOT_MATERIALIZED",
  message: "Nothing is materialized.",
  fix: "Materialize it.",
  problems: [],
} as const;

function checkResultOf(payload: unknown): CheckResult {
  const { views } = checkPayloadSchema.parse(payload);
  return { views: views.map(({ name, sql }) => ({ name, ...checkedSql(sql) })) };
}

function checkedSql(sql: string): Pick<CheckResult["views"][number], "problems" | "resolved"> {
  if (sql.includes("broken")) {
    return { problems: [{ path: "transform", message: "the SQL is broken" }], resolved: null };
  }
  const parsedForm = sql.replaceAll(/--.*$/gm, " ").replaceAll(/\s+/g, " ").trim();
  return { problems: [], resolved: { ...resolvedDelays, parsedForm } };
}
