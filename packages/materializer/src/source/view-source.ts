import { pathOf, TeselaError, type CompiledView, type SourceRelations } from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import type { CheckResult } from "../engine/protocol.ts";
import { openSource, type OpenedSource, type SourceAccess } from "./source-reader.ts";

/** The sources of a view, open: what its transformation reads. */
export interface OpenedView {
  readonly relations: SourceRelations;
  readonly sources: readonly OpenedSource[];
  /** Exact files that the transformation may read. */
  readonly paths: readonly string[];
}

/**
 * Opens a view's sources and checks its SQL against them as they are now: a column that was added is
 * ignored, one that was removed or retyped is `SOURCE_INVALID` naming it.
 */
export async function openView(
  access: SourceAccess,
  view: CompiledView,
  options: TaskOptions = {},
): Promise<OpenedView> {
  const opened = await Promise.all(
    view.sources.map(async ({ parameter, definition }) => ({
      parameter,
      source: await openSource(access, definition, options),
    })),
  );
  const relations = opened.map(({ parameter, source }) => ({ name: parameter, columns: source.columns }));
  refuseDrift(view, await access.engine.check({ sql: view.sql, relations, rowWise: true }, options));
  return {
    relations: new Map(opened.map(({ parameter, source }) => [parameter, source.relation])),
    sources: opened.map(({ source }) => source),
    paths: opened.flatMap(({ source }) => source.files.map(({ path }) => path)),
  };
}

function refuseDrift(view: CompiledView, found: CheckResult): void {
  if (found.verdict === "refused") throw drifted(view, found.problems.join("; "));
  const types = new Map(found.columns.map(({ name, type }) => [name, type]));
  for (const { name, duckdbType } of view.columns) {
    const type = types.get(name) ?? "missing";
    if (type !== duckdbType) throw drifted(view, `column "${name}" is ${type}, it was ${duckdbType}`);
  }
}

function drifted(view: CompiledView, found: string): TeselaError {
  const name = pathOf({ kind: "batchFeatureView", name: view.name });
  return new TeselaError(
    "SOURCE_INVALID",
    `The sources of ${name} have changed since it was applied: ${found}.`,
    {
      fix: "Bring the column back, or apply the view again.",
    },
  );
}
