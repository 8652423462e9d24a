import { basename } from "node:path";
import { pathOf, TeselaError, type CompiledView, type DeletedKeys, type SourceRelations } from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import type { CheckResult } from "../engine/protocol.ts";
import { openSource, type OpenedSource, type SourceAccess } from "./source-reader.ts";

/** The sources of a view, open: what its transformation reads. */
export interface OpenedView {
  readonly relations: SourceRelations;
  readonly sources: readonly OpenedSource[];
  /** Exact files that the transformation may read. */
  readonly paths: readonly string[];
  /** Keys whose events before an instant are hidden (TIME T17); none unless given. */
  readonly deleted?: DeletedKeys;
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
  const sources = opened.map(({ source }) => source);
  const relations = opened.map(({ parameter, source }) => ({ name: parameter, columns: source.columns }));
  const rowWise = !view.isIncremental;
  refuseDrift(view, sources, await access.engine.check({ sql: view.sql, relations, rowWise }, options));
  return {
    relations: new Map(opened.map(({ parameter, source }) => [parameter, source.relation])),
    sources,
    paths: opened.flatMap(({ source }) => source.files.map(({ path }) => path)),
  };
}

function refuseDrift(view: CompiledView, sources: readonly OpenedSource[], found: CheckResult): void {
  if (found.verdict === "refused") throw drifted(view, sources, found.problems.join("; "));
  const types = new Map(found.columns.map(({ name, type }) => [name, type]));
  for (const { name, duckdbType } of view.columns) {
    const type = types.get(name) ?? "missing";
    if (type === duckdbType) continue;
    throw drifted(view, sources, `column "${name}" is ${type}, it was ${duckdbType}`);
  }
}

function drifted(view: CompiledView, sources: readonly OpenedSource[], found: string): TeselaError {
  const name = pathOf({ kind: "batchFeatureView", name: view.name });
  const files = filesToBlame(sources, found).map((file) => `"${file}"`);
  return new TeselaError(
    "SOURCE_INVALID",
    `The sources of ${name} have changed since it was applied: ${found}; see ${files.join(", ")}.`,
    { fix: "Bring the column back, or apply the view again." },
  );
}

/** A file that lacks a column that is spoken of; else all files are alike, and the first of each source is named. */
function filesToBlame(sources: readonly OpenedSource[], found: string): readonly string[] {
  const lacking = sources.flatMap(({ partial }) =>
    [...partial].flatMap(([column, file]) => (found.includes(`"${column}"`) ? [file] : [])),
  );
  if (lacking.length > 0) return lacking;
  return sources.flatMap(({ files: [first] }) => (first === undefined ? [] : [basename(first.path)]));
}
