import {
  compileView,
  duckdbTypeOf,
  repositoryOf,
  sql,
  text,
  type CompiledView,
  type Sql,
} from "@tesela/core";
import type { Case } from "../case/case.ts";
import { definitionsOf, PARAMETER } from "../case/definitions.ts";
import type { TypedColumn } from "../duckdb-table.ts";

/** The name of the view that an in-process case compiles to. */
export const VIEW = "view";

/** The columns of a case's events. */
export function eventColumns({ view }: Case): readonly TypedColumn[] {
  return view.columns.map(({ name, type }) => ({ name, duckdbType: duckdbTypeOf[type] }));
}

/** The view of a case, compiled as a worker that has checked its SQL would. */
export function compileCase(one: Case): CompiledView {
  const { entity, source, view } = definitionsOf(one, VIEW, "events.parquet");
  const columns = one.view.columns.map(({ name, type }) => ({ name, type, duckdbType: duckdbTypeOf[type] }));
  const resolved = { columns, normalizedSql: view.transform.sql, parsedForm: view.transform.sql };
  return compileView(view, repositoryOf([entity, source, view]), resolved);
}

/** The source relation that reads the events of a file. */
export function sourceRelations(path: string): ReadonlyMap<string, Sql> {
  return new Map([[PARAMETER, sql`select * from read_parquet(${text(path)})`]]);
}
