import { join as joinPath } from "node:path";
import type { RetrievalResult, RunPayload } from "@tesela/contract";
import {
  NO_DELETED_KEYS,
  sql,
  TeselaError,
  type CompiledView,
  type DeletedKeys,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import { copySql, storeResult, writeResult } from "../retrieval/result.ts";
import { checkUnchanged } from "../source/source-reader.ts";
import type { OpenedView } from "../source/view-source.ts";
import { compileRun } from "./compile-run.ts";
import { featureValues, type FeatureValues } from "./feature-values.ts";
import { runRange } from "./run-range.ts";
import { openRunSources, type RunContext, type RunSource } from "./run-sources.ts";
import { tileValuesSql } from "./tile-values.ts";
import { attributeValuesSql, transformedRowsSql } from "./transformed-rows.ts";

/**
 * Runs a view over a range of its sources or mocks, up to a level; writes nothing but the result. What it gives from
 * sources leaves out deleted keys (TIME T17), at every level.
 */
export async function runView(
  context: RunContext,
  payload: RunPayload,
  options: TaskOptions,
  deletedOf: (view: CompiledView) => Promise<DeletedKeys> = async () => NO_DELETED_KEYS,
): Promise<RetrievalResult> {
  await using stack = new AsyncDisposableStack();
  const sources = await openRunSources(context, payload, stack, options);
  const view = await compileRun(context.engine, payload, sources, options);
  const isMocked = sources.every(({ isMock }) => isMock);
  const opened = { ...openedView(sources), deleted: isMocked ? NO_DELETED_KEYS : await deletedOf(view) };
  const scratch = stack.use(await context.offlineStore.createScratch());
  const range = runRange(view.time, payload);
  const steps = stepsOf(view, payload, opened, range, scratch.directory);
  const path = joinPath(scratch.directory, "result.parquet");
  const result = await execute(context, { view, opened, steps, path }, options);
  await checkUnchanged(opened.sources);
  return { ...result, bytes: await storeResult(context, payload, path, options) };
}

function openedView(sources: readonly RunSource[]): OpenedView {
  return {
    relations: new Map(sources.map(({ parameter, opened }) => [parameter, opened.relation])),
    sources: sources.map(({ opened }) => opened),
    paths: sources.flatMap(({ opened }) => opened.files.map(({ path }) => path)),
  };
}

/** What a run does before its result can be selected. */
interface Steps {
  readonly before: readonly Sql[];
  readonly result: Sql;
  /** Gives a row where a value does not fit its type. */
  readonly misfit: Sql | null;
  /** Files that are written on the way. */
  readonly paths: readonly string[];
}

function stepsOf(
  view: CompiledView,
  { level, definition }: RunPayload,
  opened: OpenedView,
  range: TimeRange,
  directory: string,
): Steps {
  const { shape } = view;
  if (level === "disabled") return simple(transformedRowsSql(view, opened, range));
  if (shape.kind === "attributes") return simple(attributeValuesSql(view, opened, range));
  if (level === "partial") return simple(tileValuesSql(view, shape, definition, opened, range));
  const [tiles, spine, joined] = ["tiles", "spine", "joined"].map((name) =>
    joinPath(directory, `${name}.parquet`),
  ) as [string, string, string];
  const values: FeatureValues = featureValues(view, shape, opened, range, { tiles, spine, joined });
  return {
    before: values.statements,
    result: values.values,
    misfit: values.misfit,
    paths: [tiles, spine, joined],
  };
}

function simple(result: Sql): Steps {
  return { before: [], result, misfit: null, paths: [] };
}

interface Execution {
  readonly view: CompiledView;
  readonly opened: OpenedView;
  readonly steps: Steps;
  readonly path: string;
}

async function execute(
  context: RunContext,
  { view, opened, steps, path }: Execution,
  options: TaskOptions,
): Promise<Omit<RetrievalResult, "bytes">> {
  const statements = [
    ...steps.before.map((statement) => ({ sql: statement.text })),
    { sql: (steps.misfit ?? sql`select null where false`).text, rows: true },
    { sql: copySql(steps.result, path).text },
  ];
  const paths = [...opened.paths, ...steps.paths];
  const { results, columns, rowCount } = await writeResult(context, { statements, path, paths }, options);
  refuseMisfit(view, results[steps.before.length]![0]);
  return { rowCount, columns, statistics: {} };
}

/** TIME T6: a value that does not fit its type is an error that names the key. */
function refuseMisfit(view: CompiledView, row: readonly unknown[] | undefined): void {
  if (row === undefined) return;
  const keys = view.joinKeys.map(({ name }, index) => `${name} ${JSON.stringify(row[index])}`).join(", ");
  const message = `A value of feature view "${view.name}" for ${keys} at ${String(row.at(-1))} does not fit an int64.`;
  throw new TeselaError("VALUE_ERROR", message, { fix: "Cast the column to double in the transformation." });
}
