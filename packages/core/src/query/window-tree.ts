import type { Partial } from "../aggregation/aggregate.ts";
import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, trusted, type Sql } from "../sql/sql.ts";
import { aliased } from "../value/duckdb-type.ts";
import { AT, BOUND } from "./columns.ts";
import { keyList } from "./events.ts";
import { sameKeys, type RelationNames } from "./probes.ts";
import { edgeNumbers, windowEdges } from "./window-edges.ts";
import { partialsOf, type WindowSlot } from "./window-slots.ts";
import { treeNames, type TreeNames } from "./window-tree-names.ts";
import { nodesSql, piecesSql } from "./window-tree-nodes.ts";

/**
 * Windows of partials that only merge: the tiles of a key, numbered in order of time, are merged in twos,
 * fours, eights …, and a window, which is a range of numbers, in at most two of each size. What a window
 * costs thus grows with the logarithm of its tiles, whatever the key. Equal ranges of a key are merged once.
 * Every probe is given.
 */
export function windowTreeSql(view: CompiledView, names: RelationNames, slots: readonly WindowSlot[]): Sql {
  const tree = treeNames(names.index);
  const partials = partialsOf(slots);
  return sql`with recursive ${join(
    [
      sql`${tree.keys} as (${keysSql(view, names)})`,
      sql`${tree.tiles} as (${tilesSql(view, names, tree, partials)})`,
      sql`${tree.probes} as (${probesSql(view, names, tree)})`,
      sql`${tree.spans} as (${spansSql(tree, slots)})`,
      sql`${tree.ranges} as (${rangesSql(tree, slots)})`,
      sql`${tree.pieces} as (${piecesSql(tree)})`,
      sql`${tree.nodes} as (${nodesSql(tree, partials)})`,
      sql`${tree.merged} as (${mergedSql(tree, partials, slots)})`,
    ],
    ",\n",
  )}
${answersSql(view, tree, slots)}`;
}

/** A number for each key that is asked about, which all that follows joins on. */
function keysSql(view: CompiledView, names: RelationNames): Sql {
  return sql`select ${keyList(view)}, row_number() over () as key
  from (select distinct ${keyList(view)} from ${names.probes})`;
}

function tilesSql(
  view: CompiledView,
  names: RelationNames,
  tree: TreeNames,
  partials: readonly Partial[],
): Sql {
  const columns = partials.map(({ name }) => id("t", name));
  return sql`select k.key, ${id("t", AT)}, ${join(columns, ", ")},
    row_number() over (partition by k.key order by ${id("t", AT)}) - 1 as place
  from ${names.stored} as t
  join ${tree.keys} as k
    on ${sameKeys(view, "t", "k")}`;
}

function probesSql(view: CompiledView, names: RelationNames, tree: TreeNames): Sql {
  return sql`select ${keyList(view, "p")}, ${id("p", BOUND)}, k.key
  from ${names.probes} as p
  join ${tree.keys} as k
    on ${sameKeys(view, "p", "k")}`;
}

/** For each probe how many tiles begin before each edge of its windows: one ASOF join probes all of them. */
function spansSql(tree: TreeNames, slots: readonly WindowSlot[]): Sql {
  const edges = windowEdges(slots);
  const places = edges.map(
    (_, number) =>
      sql`coalesce(any_value(place + 1) filter (number = ${BigInt(number)}), 0) as ${trusted(`edge_${number}`)}`,
  );
  return sql`select key, ${id(BOUND)}, ${join(places)}
  from (
    select e.key, e.${id(BOUND)}, e.number, t.place
    from (
      select key, ${id(BOUND)},
        unnest([${join(edges, ", ")}]) as edge,
        unnest(range(${BigInt(edges.length)})) as number
      from ${tree.probes}
    ) as e
    asof join (select key, ${id(AT)}, place from ${tree.tiles}) as t
      on e.key = t.key and e.edge > ${id("t", AT)}
  )
  group by key, ${id(BOUND)}`;
}

/** The distinct ranges of a key's tiles that windows cover, and which partials are wanted over each. */
function rangesSql(tree: TreeNames, slots: readonly WindowSlot[]): Sql {
  const ranges = windowsOf(slots).map(({ first, last }, number) => {
    return sql`{'first': ${first}, 'last': ${last}, 'number': ${BigInt(number)}}`;
  });
  return sql`select key, span.first as first, span.last as last, ${join(wantedColumns(slots))}
  from (select key, unnest([${join(ranges, ", ")}]) as span from ${tree.spans})
  where span.first < span.last
  group by all`;
}

interface SpanOfWindow {
  readonly slots: readonly WindowSlot[];
  /** Columns of `spans`. */
  readonly first: Sql;
  readonly last: Sql;
}

function windowsOf(slots: readonly WindowSlot[]): readonly SpanOfWindow[] {
  const edges = windowEdges(slots);
  const byEdges = Map.groupBy(slots, ({ window }) => {
    const { start, end } = edgeNumbers(window, edges);
    return `edge_${start} edge_${end}`;
  });
  return [...byEdges].map(([names, own]) => {
    const [first, last] = names.split(" ");
    return { slots: own, first: trusted(first!), last: trusted(last!) };
  });
}

function wantedColumns(slots: readonly WindowSlot[]): readonly Sql[] {
  const windows = windowsOf(slots);
  return partialsOf(slots).map((partial) => {
    const numbers = windows.flatMap((window, number) =>
      window.slots.some((slot) => slot.partial.name === partial.name) ? [sql`${BigInt(number)}`] : [],
    );
    return aliased(sql`bool_or(span.number in (${join(numbers, ", ")}))`, wanted(partial));
  });
}

function wanted({ name }: Partial): string {
  return `${name}__wanted`;
}

function mergedSql(tree: TreeNames, partials: readonly Partial[], slots: readonly WindowSlot[]): Sql {
  const windows = windowsOf(slots).length;
  const merged = partials.map((partial) => {
    const own = slots.filter((slot) => slot.partial.name === partial.name).length;
    const all = id("n", partial.name);
    const value = own === windows ? all : sql`case when ${id("p", wanted(partial))} then ${all} end`;
    return aliased(partial.mergeSql(value, id("n", AT)), partial.name);
  });
  return sql`select p.key, p.first, p.last, ${join(merged)}
  from ${tree.pieces} as p
  join ${tree.nodes} as n
    on p.key = n.key and p.level = n.level and p.place = n.place
  group by p.key, p.first, p.last`;
}

function answersSql(view: CompiledView, tree: TreeNames, slots: readonly WindowSlot[]): Sql {
  const windows = windowsOf(slots);
  const columns = windows.flatMap((window, number) =>
    window.slots.map(({ name, partial }) => aliased(id(`w${number}`, partial.name), name)),
  );
  const joins = windows.map(({ first, last }, number) => {
    const relation = trusted(`w${number}`);
    return sql`left join ${tree.merged} as ${relation}
  on ${relation}.key = s.key and ${relation}.first = s.${first} and ${relation}.last = s.${last}`;
  });
  return sql`select ${keyList(view, "p")}, ${id("p", BOUND)}, ${join(columns, ", ")}
from ${tree.probes} as p
left join ${tree.spans} as s
  on s.key = p.key and ${id("s", BOUND)} = ${id("p", BOUND)}
${join(joins, "\n")}`;
}
