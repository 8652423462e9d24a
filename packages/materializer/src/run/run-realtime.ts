import { writeFile } from "node:fs/promises";
import { join as joinPath } from "node:path";
import type { RealtimeRead, RetrievalResult, RunRealtimePayload } from "@tesela/contract";
import { id, join, sql, TeselaError, text, type CompiledRealtimeView } from "@tesela/core";
import type { RealtimeAnswer, RealtimeRow } from "@tesela/online-store";
import type { TaskOptions } from "../engine/engine.ts";
import { ANSWER_ROW, answerLine, answersSql, answerSql } from "../retrieval/realtime/answer-lines.ts";
import { copySql, storeResult, writeResult } from "../retrieval/result.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { openRealtimeMocks, type RealtimeMock } from "./realtime-mocks.ts";
import type { RunContext } from "./run-sources.ts";

/** What running a realtime view needs of a worker. */
type RealtimeRunContext = RunContext & Pick<WorkerContext, "realtime">;

/**
 * Runs the function of a realtime view over tables that stand in for its sources, row by row, and writes the features.
 * Throws `VALUE_ERROR` naming the first row that the function fails on.
 */
export async function runRealtime(
  context: RealtimeRunContext,
  payload: RunRealtimePayload,
  options: TaskOptions,
): Promise<RetrievalResult> {
  await using stack = new AsyncDisposableStack();
  const mocks = await openRealtimeMocks(context, payload, stack, options);
  const view = viewOf(payload, mocks);
  const answers = await context.realtime.map(view, await rowsOf(context, mocks, options));
  refuseFailure(view, answers);
  const scratch = stack.use(await context.offlineStore.createScratch());
  const [lines, path] = ["answers.ndjson", "result.parquet"].map((name) =>
    joinPath(scratch.directory, name),
  ) as [string, string];
  const reads: RealtimeRead[] = [{ view, name: view.name, features: null, position: 0, views: [] }];
  await writeFile(lines, answers.map((answer, row) => answerLine(row, reads, [answer])).join(""), {
    mode: 0o600,
  });
  const columns = view.features.map(
    ({ name, type }, index) => sql`${answerSql("a", 0, index, type)} as ${id(name)}`,
  );
  const result = sql`select ${join(columns)}
from ${answersSql(lines, reads)} as a
order by ${id("a", ANSWER_ROW)}`;
  const written = await writeResult(
    context,
    { statements: [{ sql: copySql(result, path).text }], path, paths: [lines] },
    options,
  );
  const bytes = await storeResult(context, payload, path, options);
  return { rowCount: written.rowCount, columns: written.columns, statistics: {}, bytes };
}

/** Nothing but the tables is read, so that every source is like request data. */
function viewOf(payload: RunRealtimePayload, mocks: readonly RealtimeMock[]): CompiledRealtimeView {
  const sources = mocks.map(({ parameter, fields }) => ({
    parameter,
    origin: { kind: "request" as const },
    fields: fields.map(({ field }) => field),
  }));
  return { name: payload.view, function: payload.function, sources, features: payload.features };
}

/** The first row of each table together, then the second of each, and so on. */
async function rowsOf(
  { engine }: RealtimeRunContext,
  mocks: readonly RealtimeMock[],
  options: TaskOptions,
): Promise<readonly RealtimeRow[]> {
  const statements = mocks.map(({ path, fields }) => ({
    sql: sql`select ${join(fields.map(({ value }) => value))}
from read_parquet(${text(path)}, file_row_number = true)
order by file_row_number`.text,
    rows: true,
  }));
  const { results } = await engine.run({ files: mocks.map(({ path }) => path), statements }, options);
  const [first] = results;
  return first!.map((_, row) => results.map((rows) => rows![row]!) as RealtimeRow);
}

function refuseFailure(view: CompiledRealtimeView, answers: readonly RealtimeAnswer[]): void {
  const row = answers.findIndex(({ error }) => error !== null);
  if (row < 0) return;
  const message = `The function of feature view "${view.name}" fails on row ${row}: ${answers[row]!.error}`;
  throw new TeselaError("VALUE_ERROR", message, { fix: "Correct the function, or the row of the mocks." });
}
