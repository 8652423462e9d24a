import { duckdbTypeOf, quoteLiteral, sql, text, trusted, type Sql, type ValueType } from "@tesela/core";
import { SOURCE_VALUE } from "../engine/text-source-error.ts";

/** The column that says which file a row of text is from. */
export const FILE_COLUMN = "__file";

const ISO_INSTANT =
  "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?";

/** SQL that reads a text as a value, and a test that it was written as one; DuckDB's own casts are laxer. */
const READERS: Readonly<
  Record<ValueType, (value: string) => { readonly read: string; readonly isWell: string }>
> = {
  string: (value) => ({ read: value, isWell: "true" }),
  int64: (value) => ({
    read: `try_cast(${value} as bigint)`,
    isWell: `regexp_full_match(${value}, '[+-]?[0-9]+')`,
  }),
  float64: (value) => ({ read: `try_cast(${value} as double)`, isWell: `not contains(${value}, '_')` }),
  bool: (value) => ({ read: `try_cast(${value} as boolean)`, isWell: "true" }),
  timestamp: (value) => ({
    read: `(try_cast(${toTheMicrosecond(value)} as timestamptz) at time zone 'UTC')`,
    isWell: `regexp_full_match(${value}, ${quoteLiteral(ISO_INSTANT)})`,
  }),
  bytes: (value) => ({ read: `try_cast(${value} as blob)`, isWell: "true" }),
};

/** Seconds that are left out are zero; digits beyond the sixth are cut off, which floors them (TIME T1). */
function toTheMicrosecond(value: string): string {
  const withSeconds = `regexp_replace(${value}, '^([0-9-]+[T ][0-9]{2}:[0-9]{2})((Z|[+-].*))?$', '\\1:00\\2')`;
  return `regexp_replace(${withSeconds}, '([.][0-9]{6})[0-9]+', '\\1')`;
}

/**
 * SQL that gives a column of texts its declared type: nothing is guessed or rounded, timestamps without a zone
 * are UTC. A text that does not fit fails the query, naming file, column and text.
 */
export function textValueSql(value: Sql, column: string, type: ValueType): Sql {
  if (type === "string") return value;
  const { read, isWell } = READERS[type](value.text);
  return trusted(`case
    when ${value.text} is null or ${value.text} = '' then null
    when ${isWell} and ${read} is not null then ${read}
    else cast(${misfit(value, column, type).text} as ${duckdbTypeOf[type]})
  end`);
}

/** SQL that fails, saying what was found where. */
export function misfit(value: Sql, column: string, type: ValueType): Sql {
  const file = trusted(`parse_filename(${FILE_COLUMN})`);
  const start = text(`${SOURCE_VALUE}The file "`);
  const found = sql`'" has ' || coalesce(to_json(left(${value}, 60)), 'null')`;
  return sql`error(${start} || ${file} || ${found} || ${text(` in the column "${column}", which is declared ${type}.`)})`;
}
