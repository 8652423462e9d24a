import {
  id,
  join,
  spineKey,
  sql,
  statusCode,
  statusColumn,
  TeselaError,
  type AskedView,
  type Sql,
} from "@tesela/core";
import type { WireValue } from "../engine/protocol.ts";

/** The keys of a row of a read with a value of the view at an index that does not fit its type (TIME T6). */
export function misfitSql(relation: Sql, asked: AskedView, index: number): Sql {
  const keys = asked.view.joinKeys.map((key) => sql`${id(spineKey(asked, key))}::varchar`);
  return sql`select ${join(keys, ", ")}
from ${relation}
where ${id(statusColumn(index))} = ${statusCode("error")}
limit 1`;
}

/** Throws `VALUE_ERROR` naming a key of what `misfitSql` found of each view. */
export function refuseMisfits(
  views: readonly AskedView[],
  misfits: readonly (readonly (readonly WireValue[])[])[],
): void {
  for (const [index, asked] of views.entries()) {
    const row = misfits[index]![0];
    if (row === undefined) continue;
    const keys = asked.view.joinKeys.map(({ name }, at) => `${name} ${JSON.stringify(row[at])}`).join(", ");
    throw new TeselaError(
      "VALUE_ERROR",
      `A sum of int64 values of feature view "${asked.view.name}" does not fit an int64, for ${keys}.`,
      { fix: 'Cast the column to double in the transformation, or read with onError: "null".' },
    );
  }
}
