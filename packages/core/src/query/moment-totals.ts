import type { Partial } from "../aggregation/aggregate.ts";
import { id } from "../sql/quote.ts";
import { sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";

/** Bits of a scaled total; a 128-bit integer has seven more. */
const BITS = 120n;

/** The columns that stand for a partial of moments `[n, mean, m2]` in running totals. */
export type MomentColumn =
  "pivot" | "total" | "n" | "distance" | "square" | "distance_scale" | "square_scale";

/** The name of a column of a partial. */
export function momentColumns({ name }: Partial, what: MomentColumn): string {
  return `${name}__${what}`;
}

/**
 * Of all tiles of a key: a mean to measure distances from, a bound on the squares about it, and the powers of
 * two by which totals are scaled to 120 bits. Not finite where a value is not.
 */
export function pivotColumns(partial: Partial): readonly Sql[] {
  const [n, mean, m2] = elements(partial);
  const reach = sql`(max(${mean}) - min(${mean}))`;
  const squares = sql`(sum(${m2}) + sum(${n}) * ${reach} * ${reach})`;
  const name = (what: MomentColumn): string => momentColumns(partial, what);
  return [
    aliased(sql`any_value(${mean})`, name("pivot")),
    aliased(squares, name("total")),
    aliased(scaleSql(squares), name("square_scale")),
    aliased(scaleSql(sql`(sum(${n}) * ${reach})`), name("distance_scale")),
  ];
}

function scaleSql(total: Sql): Sql {
  return sql`case
      when isfinite(${total}) then pow(2, ${BITS} - ceil(log2(greatest(${total}, 1e-200))))
    end`;
}

/** What a tile adds to each running total; nothing where its key's values are not finite. */
export function momentAddends(
  partial: Partial,
): readonly { readonly name: string; readonly what: "n" | "distance" | "square"; readonly addend: Sql }[] {
  const [n, mean, m2] = elements(partial);
  const column = (what: MomentColumn): Sql => id(momentColumns(partial, what));
  const distance = sql`(${mean} - ${column("pivot")})`;
  const scaled = (value: Sql, scale: MomentColumn): Sql => sql`(${value} * ${column(scale)})::hugeint`;
  const named = (what: "n" | "distance" | "square", addend: Sql) => ({
    name: momentColumns(partial, what),
    what,
    addend,
  });
  return [
    named("n", n),
    named("distance", scaled(sql`${n} * ${distance}`, "distance_scale")),
    named("square", scaled(sql`(${m2} + ${n} * ${distance} * ${distance})`, "square_scale")),
  ];
}

function elements({ name }: Partial): readonly [n: Sql, mean: Sql, m2: Sql] {
  return [sql`${id(name)}[1]`, sql`${id(name)}[2]`, sql`${id(name)}[3]`];
}
