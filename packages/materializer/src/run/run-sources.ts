import type { RunPayload } from "@tesela/contract";
import {
  duckdbTypeOf,
  id,
  join,
  joinKeysOf,
  pathList,
  pathOf,
  repositoryOf,
  sql,
  TeselaError,
  trusted,
  type DeclaredColumns,
  type SourceDefinition,
  type SourceInput,
  type Sql,
} from "@tesela/core";
import { inspectParquet } from "../cage/footer.ts";
import type { TaskOptions } from "../engine/engine.ts";
import type { TypedColumn } from "../engine/protocol.ts";
import { openSource, type OpenedSource } from "../source/source-reader.ts";
import { openSpineTable } from "../spine/open-spine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";

/** What a run needs of a worker. */
export type RunContext = Pick<
  WorkerContext,
  "engine" | "offlineStore" | "sourceRoots" | "sourceLimits" | "spineLimits"
>;

/** What a transformation reads by one of its names. */
export interface RunSource {
  readonly parameter: string;
  readonly opened: OpenedSource;
  readonly isMock: boolean;
}

/** Opens what a run reads: for each name of the transformation its mock, and its source only where there is none. */
export async function openRunSources(
  context: RunContext,
  payload: RunPayload,
  stack: AsyncDisposableStack,
  options: TaskOptions,
): Promise<readonly RunSource[]> {
  const { engine, sourceRoots: roots, sourceLimits: limits } = context;
  const opened: RunSource[] = [];
  for (const input of inputsOf(payload)) {
    const { parameter } = input;
    const definition = sourceOf(payload, input);
    const mock = payload.mocks.find((one) => one.parameter === parameter);
    const source =
      mock === undefined
        ? await openSource({ engine, roots, limits }, definition, options)
        : await openMock(context, payload, definition, mock.path, stack, options);
    opened.push({ parameter, opened: source, isMock: mock !== undefined });
  }
  return opened;
}

function inputsOf({ definition }: RunPayload): readonly SourceInput[] {
  return definition.kind === "featureTable" ? [] : definition.sources;
}

function sourceOf({ sources }: RunPayload, { source: name }: SourceInput): SourceDefinition {
  const source = sources.find((one) => one.name === name);
  if (source !== undefined) return source;
  throw new TeselaError("INTERNAL", `${pathOf({ kind: "batchSource", name })} was not sent.`);
}

async function openMock(
  context: RunContext,
  { definition, entities }: RunPayload,
  { batch }: SourceDefinition,
  path: string,
  stack: AsyncDisposableStack,
  options: TaskOptions,
): Promise<OpenedSource> {
  const keys = joinKeysOf(definition, repositoryOf(entities));
  const hints = { keys, timestampKey: batch.timestampField };
  const table = stack.use(await openSpineTable(context, path, hints, options));
  const files = await inspectParquet(context.engine, [table.localPath], context.spineLimits, options);
  const columns = declaredColumns(files[0]!.columns, batch.columns);
  const relation = sql`select ${join(columns.map(columnSql))}
from read_parquet(${pathList([table.localPath])}, hive_partitioning = false)`;
  return { relation, columns, files, rows: null, partial: new Map() };
}

/** A source of CSV or NDJSON gives its declared columns in their types; what stands in for it does so, too. */
function declaredColumns(
  found: readonly TypedColumn[],
  declared: DeclaredColumns | undefined,
): readonly TypedColumn[] {
  if (declared === undefined) return found;
  return declared
    .filter(({ name }) => found.some((column) => column.name === name))
    .map(({ name, type }) => ({ name, type: duckdbTypeOf[type] }));
}

function columnSql({ name, type }: TypedColumn): Sql {
  return sql`${id(name)}::${trusted(type)} as ${id(name)}`;
}
