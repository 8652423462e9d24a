import {
  aliased,
  duckdbTypeOf,
  id,
  join,
  sql,
  TeselaError,
  text,
  trusted,
  type Sql,
  type Value,
  type ValueType,
} from "@tesela/core";

/** A value as text, which SQL makes a value of its type again; null where absent. */
export type CellText = string | null;

/** The text of a value. Throws `VALIDATION` on a NUL, which no text that travels through SQL can hold. */
export function textOf(value: Value, type: ValueType): CellText {
  if (value === null) return null;
  const written = type === "bytes" ? Buffer.from(value as Uint8Array).toString("hex") : String(value);
  if (!written.includes("\0")) return written;
  throw new TeselaError("VALIDATION", "A text of an event holds a NUL character.");
}

const OF_TEXT: Readonly<Record<ValueType, (cell: Sql) => Sql>> = {
  int64: (cell) => sql`${cell}::bigint`,
  float64: (cell) => sql`${cell}::double`,
  string: (cell) => cell,
  bool: (cell) => sql`${cell}::boolean`,
  timestamp: (cell) => sql`make_timestamp(${cell}::bigint)`,
  bytes: (cell) => sql`unhex(${cell})`,
};

/** A column of a relation of texts; `type` is null where no text can become one of its values. */
export interface TextColumn {
  readonly name: string;
  readonly type: ValueType | null;
  /** What the column is, where that is not the type that stores `type`. */
  readonly duckdbType: string;
}

/** A relation of rows that came as texts, a text a column. */
export function textRelation(columns: readonly TextColumn[], rows: readonly (readonly CellText[])[]): Sql {
  const selected = columns.map((column, index) => aliased(columnSql(column, index), column.name));
  const names = columns.map((_, index) => id(`c${index}`));
  const none = [columns.map(() => null)];
  const values = (rows.length === 0 ? none : rows).map(rowSql);
  return sql`select ${join(selected, ", ")}
from (values
${join(values, ",\n")}
) as texts (${join(names, ", ")})
where ${trusted(String(rows.length > 0))}`;
}

function rowSql(cells: readonly CellText[]): Sql {
  return sql`(${join(
    cells.map((cell) => (cell === null ? sql`null` : text(cell))),
    ", ",
  )})`;
}

function columnSql({ type, duckdbType }: TextColumn, index: number): Sql {
  if (type === null) return sql`null::${trusted(duckdbType)}`;
  const value = OF_TEXT[type](sql`${id(`c${index}`)}::varchar`);
  return duckdbType === duckdbTypeOf[type] ? value : sql`cast(${value} as ${trusted(duckdbType)})`;
}
