import type { Partial } from "../aggregation/aggregate.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT } from "./columns.ts";
import type { TreeNames } from "./window-tree-names.ts";

/**
 * The nodes of a key: at level 0 the tiles, at each level above pairs of the one below, node `place` of
 * level `l` being the tiles `[place · 2^l, (place + 1) · 2^l)`. Levels that no range is long enough for, and
 * nodes that lack tiles, are not made.
 */
export function nodesSql(tree: TreeNames, partials: readonly Partial[]): Sql {
  const columns = partials.map(({ name }) => id(name));
  const merged = partials.map(({ name, mergeSql }) => aliased(mergeSql(id(name), id(AT)), name));
  return sql`select key, 0::bigint as level, place, ${id(AT)}, ${join(columns, ", ")}
  from ${tree.tiles}
  union all
  select key, level + 1, place // 2, min(${id(AT)}), ${join(merged)}
  from ${tree.nodes}
  where (2::bigint << level) <= (select max(last - first) from ${tree.ranges})
  group by key, level, place // 2
  having count(*) = 2`;
}

/**
 * The nodes that a range `[first, last)` is made of, two of a level at most: going up, a range whose end lies
 * between two nodes of a level gives off a node of the level below at that end.
 */
export function piecesSql(tree: TreeNames): Sql {
  return sql`select * exclude (low, high, side), side.place as place
  from (
    select *, unnest([
      {'place': low, 'is_taken': low % 2 = 1},
      {'place': high - 1, 'is_taken': high % 2 = 1}
    ]) as side
    from (
      select *,
        (first + (1::bigint << level) - 1) // (1::bigint << level) as low,
        last // (1::bigint << level) as high
      from (
        select *, unnest(range(log2(last - first)::bigint + 2)) as level
        from ${tree.ranges}
      )
    )
    where low < high
  )
  where side.is_taken`;
}
