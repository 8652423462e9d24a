import { createHash } from "node:crypto";
import { join as joinPath } from "node:path";
import {
  EVENT_TIME,
  id,
  micros,
  sql,
  text,
  withoutDeletedSql,
  type CompiledView,
  type DeletedKeys,
  type Sql,
} from "@tesela/core";
import type { ClaimedAttempt, Commit, NewFile } from "@tesela/registry";
import type { TaskOptions } from "../../engine/engine.ts";
import type { WireValue } from "../../engine/protocol.ts";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { dataPath } from "../data-path.ts";
import { hiddenKeysOf } from "../delete/deleted-keys.ts";
import { namingColumn } from "../named-column.ts";
import { liveFiles, openFiles, type OpenFiles } from "./live-files.ts";
import { mergedRowsSql } from "./merge-rows.ts";
import { acceptedSql, summarizeRows, type RowsSummary } from "./summarize-rows.ts";
import { errorOfUpload, openUploadedRows, type UploadedRows } from "./uploaded-rows.ts";

/** Rows that are ready to be written. */
interface Ingest extends RowsSummary {
  readonly attempt: ClaimedAttempt;
  readonly table: CompiledView;
  readonly uploaded: UploadedRows;
}

/**
 * Brings uploaded rows into a feature table offline: one file that replaces the ranges it touches, one commit.
 * No other ingest of the table runs meanwhile, so what is live now is what the commit replaces.
 */
export async function ingestRows(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  table: CompiledView,
  input: string,
  lease: Lease,
): Promise<Commit> {
  const { engine, registry } = context;
  const options = { signal: lease.signal };
  lease.report({ phase: "reading", fraction: null, rows: null });
  await using uploaded = await openUploadedRows(context, table, input, options);
  const now = await registry.clock.now();
  const summary = await summarizeRows(engine, table, uploaded, now, options).catch((error: unknown) =>
    refuse(context, { table, uploaded }, error, options),
  );
  lease.report({ phase: "merging", fraction: null, rows: Number(summary.rows) });
  const files = await writeRows(context, { attempt, table, uploaded, ...summary }, options);
  return await registry.attempts.commitFiles(attempt.id, attempt.fence, {
    files,
    rows: Number(summary.rows),
    rejectedRows: Number(summary.rejectedRows),
    sourceFingerprint: createHash("sha256").update(input).digest("hex"),
    ranges: summary.ranges,
  });
}

async function writeRows(context: WorkerContext, ingest: Ingest, options: TaskOptions): Promise<NewFile[]> {
  if (ingest.rows === 0n) return [];
  const { offlineStore, registry } = context;
  const { attempt, ranges, table } = ingest;
  const { deleted, deletionId } = await hiddenKeysOf(registry, attempt, table);
  await using live = await openFiles(
    context,
    await liveFiles(registry, attempt.generationId),
    ranges,
    options,
    { generationId: attempt.generationId, view: table, store: "offline" },
  );
  await using scratch = await offlineStore.createScratch();
  const path = joinPath(scratch.directory, "part-0.parquet");
  const written = await merge(context, ingest, { live, deleted }, path, options);
  context.failpoint("after-compute");
  const stored = await offlineStore.put(path, dataPath(attempt), options);
  context.failpoint("after-put");
  return [{ ...stored, ...written, deletionId }];
}

async function merge(
  context: WorkerContext,
  ingest: Ingest,
  { live, deleted }: { readonly live: OpenFiles; readonly deleted: DeletedKeys },
  path: string,
  options: TaskOptions,
): Promise<Pick<NewFile, "rows" | "minTime" | "maxTime">> {
  const { table, uploaded, ranges } = ingest;
  const accepted = withoutDeletedSql(acceptedSql(table, uploaded.relation), EVENT_TIME, deleted);
  const merged = mergedRowsSql(table, accepted, live.files, ranges);
  const copy = sql`copy (
${merged}
) to ${text(path)} (format parquet, compression zstd)`;
  const files = [uploaded.path, ...live.paths, path];
  const statements = [{ sql: copy.text }, { sql: summarySql(path).text, rows: true }];
  const { results } = await context.engine
    .run({ files, statements }, options)
    .catch((error: unknown) => refuse(context, ingest, error, options));
  const [rows, min, max] = results[1]![0]!;
  return { rows: Number(rows), minTime: instantOf(min), maxTime: instantOf(max) };
}

/** Throws the error, naming the column whose values are to blame. */
async function refuse(
  { engine }: WorkerContext,
  { table, uploaded }: Pick<Ingest, "table" | "uploaded">,
  error: unknown,
  options: TaskOptions,
): Promise<never> {
  const named = await namingColumn(engine, table, uploaded.relation, [uploaded.path], error, options);
  throw errorOfUpload(named, uploaded.path);
}

function summarySql(path: string): Sql {
  const time = id(EVENT_TIME);
  return sql`select count(*), epoch_us(min(${time})), epoch_us(max(${time})) from read_parquet(${text(path)})`;
}

function instantOf(value: WireValue | undefined): NewFile["minTime"] {
  return typeof value === "bigint" ? micros(value) : null;
}
