import {
  compileView,
  duckdbTypeOf,
  repositoryOf,
  resolveTable,
  sql,
  text,
  trusted,
  type CompiledView,
  type ResolvedView,
  type Sql,
} from "@tesela/core";
import type { Case } from "../case/case.ts";
import { definitionList, definitionsOf, PARAMETER } from "../case/definitions.ts";
import type { TypedColumn } from "../duckdb-table.ts";

/** The name of the view that an in-process case compiles to. */
export const VIEW = "view";

/** The columns of a case's events. */
export function eventColumns({ view }: Case): readonly TypedColumn[] {
  return view.columns.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type] }));
}

/** The view of a case, compiled as a worker that has checked its SQL would. */
export function compileCase(one: Case): CompiledView {
  const definitions = definitionsOf(one, VIEW, "events.parquet");
  const repository = repositoryOf(definitionList(definitions));
  const { view } = definitions;
  const resolved =
    view.kind === "featureTable" ? resolveTable(view, repository) : resolvedCase(one, view.transform.sql);
  return compileView(view, repository, resolved);
}

function resolvedCase({ view }: Case, transform: string): ResolvedView {
  const columns = view.columns.map(({ name, type }) => ({ name, type, duckdbType: duckdbTypeOf[type] }));
  return { columns, normalizedSql: transform, parsedForm: transform };
}

/** The view as one that computes its rows: those of a feature table are the events as they are. */
export function computedView(one: Case, view: CompiledView): CompiledView {
  if (view.kind !== "table") return view;
  const source = compileCase({ ...one, view: { ...one.view, kind: "stream" } });
  return { ...view, sources: source.sources, sql: source.sql };
}

/** The source relation that reads the events of files. */
export function sourceRelations(paths: readonly string[]): ReadonlyMap<string, Sql> {
  const files = paths.map((path) => text(path).text).join(", ");
  return new Map([[PARAMETER, sql`select * from read_parquet([${trusted(files)}])`]]);
}
