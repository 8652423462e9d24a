import { id, sql, TeselaError, type CompiledView, type Sql } from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";

/**
 * Why rows of a view could not be computed, naming view and column where one column's values are to blame, such
 * as an integer that does not fit its type. Other errors are given back as they are.
 */
export async function namingColumn(
  engine: Engine,
  view: CompiledView,
  rows: Sql,
  files: readonly string[],
  thrown: unknown,
  options: TaskOptions,
): Promise<unknown> {
  if (!(thrown instanceof TeselaError) || thrown.code !== "VALUE_ERROR") return thrown;
  const names = view.columns.filter(({ type }) => type !== null).map(({ name }) => name);
  // Each statement computes one column alone, so the first that fails names it.
  const statements = names.map((name) => ({ sql: sql`select max(hash(${id(name)})) from (${rows})`.text }));
  try {
    await engine.run({ files, statements }, options);
  } catch (error) {
    const failed = error instanceof TeselaError ? error.details["statement"] : null;
    if (typeof failed === "number") return blamed(view, names[failed], thrown);
  }
  return blamed(view, undefined, thrown);
}

function blamed({ name }: CompiledView, column: string | undefined, cause: TeselaError): TeselaError {
  const where = column === undefined ? "" : `column "${column}" of `;
  const { message, code, details } = cause;
  return new TeselaError(code, `A value in ${where}feature view "${name}" is refused: ${message}`, {
    fix: "Correct the value, or cast the column to a type that holds it.",
    details: { ...details, view: name, ...(column === undefined ? {} : { column }) },
    cause,
  });
}
