import { connectWorkspace } from "../connection.ts";
import type { Context } from "../context.ts";
import type { StatusInvocation } from "../invocation.ts";
import { printTable, printValue } from "../table.ts";

/** Shows the attempts that materialized a view. */
export async function status(
  { view, options }: StatusInvocation,
  { config, terminal, signal }: Context,
): Promise<void> {
  const target = connectWorkspace(config).getFeatureView(view);
  const { columns, rows } = await target.materializationStatus({ ...options, signal });
  const cells = rows.map((row) => {
    const values = new Map(Object.entries(row));
    return columns.map((column) =>
      ((value) => (value === null ? "" : printValue(value)))(values.get(column) ?? null),
    );
  });
  terminal.result(
    { columns, rows },
    rows.length === 0 ? "There are no such jobs." : printTable(columns, cells),
  );
}
