import {
  eventsSql,
  id,
  join,
  rejectedSql,
  sql,
  TeselaError,
  type CompiledView,
  type Sql,
  type Value,
} from "@tesela/core";
import type { StreamEvent } from "@tesela/registry";
import type { TaskOptions } from "../engine/engine.ts";
import { TIMES } from "../job/ingest/summarize-rows.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { eventColumns, eventOf } from "./view-events.ts";

/** What a view takes of the rows that were pushed. */
export interface TransformedRecords {
  readonly events: readonly StreamEvent[];
  /** Rows without a key or an event time (TIME T1, T9). */
  readonly rejected: number;
}

/** Runs a view's transformation over pushed rows, in the cage; `relation` has the columns of its stream. */
export async function transformRecords(
  { engine }: Pick<WorkerContext, "engine">,
  view: CompiledView,
  relation: Sql,
  options: TaskOptions,
): Promise<TransformedRecords> {
  const relations = new Map(view.sources.map(({ parameter }) => [parameter, relation]));
  const columns = join(eventColumns(view).map(({ name }) => id(name)));
  const statements = [
    { sql: sql`select ${columns} from (${eventsSql(view, relations, TIMES)})`.text, rows: true },
    { sql: rejectedSql(view, relations).text, rows: true },
  ];
  const { results } = await engine.run({ files: [], statements, threads: 1 }, options).catch(named(view));
  const events = results[0]!.map((row) => eventOf(view, row as readonly Value[]));
  return { events, rejected: Number(results[1]![0]![0]) };
}

/** The user's SQL is what can fail here, by the values that it meets. */
function named({ name }: CompiledView): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TeselaError) || error.code !== "VALUE_ERROR") throw error;
    throw new TeselaError(error.code, `A row is refused by feature view "${name}": ${error.message}`, {
      cause: error,
      problems: [{ path: `featureViews.${name}`, message: error.message }],
      fix: "None of the rows was ingested: correct it, and ingest them again.",
    });
  };
}
