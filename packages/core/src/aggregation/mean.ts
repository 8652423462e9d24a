import { sql } from "../sql/sql.ts";
import type { Aggregate } from "./aggregate.ts";
import { countPartial } from "./count.ts";
import { sumPartial } from "./sum.ts";

/** `mean`: the arithmetic mean of the non-null values as float64; null of none (TIME T6). */
export const mean: Aggregate = {
  name: "mean",
  resultType: (input) => (input === "int64" || input === "float64" ? "float64" : null),
  partials: (column, input) => [sumPartial(column, input), countPartial(column)],
  finalize: ([total, counted]) => (total == null ? null : Number(total) / Number(counted)),
  finalizeSql: ([total, counted]) =>
    sql`case when ${counted!} > 0 then ${total!}::double / ${counted!}::double end`,
};
