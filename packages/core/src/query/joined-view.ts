import type { CompiledAggregate, CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, nothing, sql, type Sql } from "../sql/sql.ts";
import { startBound } from "../time/law.ts";
import { aliased } from "../value/duckdb-type.ts";
import { attributeJoinSql, attributeStatusCases, timedRowsSql } from "./attribute-matches.ts";
import { coarsenedTilesSql, edgeGrid } from "./coarsened-tiles.ts";
import { AT, BOUND, INSTANT } from "./columns.ts";
import { keyNumbersOf, numberedStoredSql, numberedView, type KeyNumbers } from "./key-numbers.ts";
import { knownEventsSql, knownWindowsSql } from "./known-windows.ts";
import { touchesSql } from "./needed-sql.ts";
import { probesSql, relationNames, type RelationNames } from "./probes.ts";
import { askedFeatures, spineKey, type ReadView } from "./read-view.ts";
import { statusCode } from "./read-status.ts";
import { boundColumn, keyColumn } from "./spine.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowMatchesSql } from "./window-matches.ts";
import { slotsOf } from "./window-slots.ts";

/** A view's part of a point-in-time join over the spine `s`. */
export interface JoinedView {
  /** Common table expressions. */
  readonly relations: readonly Sql[];
  readonly join: Sql;
  /** Select items. */
  readonly features: readonly Sql[];
  /** A place in `READ_STATUSES`. */
  readonly status: Sql;
}

/** What each view of a read adds to the join. */
export function joinedViewsOf(views: readonly ReadView[]): readonly JoinedView[] {
  const numbers = keyNumbersOf(views);
  return views.map((asked, index) => {
    const keys = numbers.get(asked) ?? null;
    const part = partOf(asked, index, keys);
    return asked.view.shape.kind === "attributes"
      ? joinAttributes(part)
      : joinAggregates(part, asked.view.shape);
  });
}

interface Part {
  readonly asked: ReadView;
  /** The view with the keys that the joins compare. */
  readonly view: CompiledView;
  /** The spine's columns of these keys. */
  readonly keys: readonly string[];
  readonly stored: Sql;
  readonly names: RelationNames;
  readonly alias: string;
  readonly boundary: Sql;
}

function partOf(asked: ReadView, index: number, numbers: KeyNumbers | null): Part {
  const { view } = asked;
  return {
    asked,
    view: numbers === null ? view : numberedView(view),
    keys: numbers === null ? view.joinKeys.map((key) => keyColumn(spineKey(asked, key))) : [numbers.column],
    stored: numbers === null ? asked.stored : numberedStoredSql(view, numbers, asked.stored),
    names: relationNames(index),
    alias: `m${index}`,
    boundary: id("s", boundColumn(index)),
  };
}

function joinAttributes(part: Part): JoinedView {
  const { asked, view, keys, names, alias, boundary } = part;
  const stored = timedRowsSql({ ...asked, view }, part.stored);
  const row = id(alias, AT);
  const cases = attributeStatusCases(asked, row, boundary, id("s", INSTANT));
  const unserved = [...gapCases(part), ...cases.slice(1)];
  return {
    relations: [sql`${names.stored} as not materialized (\n${stored}\n)`],
    join: attributeJoinSql(view, asked, keys, { stored: names.stored, alias, boundary }),
    features: askedFeatures(asked).map(({ name, column }) => {
      const value = id(alias, name);
      return aliased(
        unserved.length === 0 ? value : sql`case ${join(nulled(unserved), " ")} else ${value} end`,
        column,
      );
    }),
    status: sql`case ${join([...commonCases(part), ...cases], " ")} else ${statusCode("matched")} end`,
  };
}

/** The same conditions, each giving a null. */
function nulled(cases: readonly Sql[]): readonly Sql[] {
  return cases.map(({ text, ...rest }) => ({ ...rest, text: text.replace(/ then \d+$/, " then null") }));
}

function commonCases(part: Part): readonly Sql[] {
  const nullKeys = part.asked.view.joinKeys.map(
    (key) => sql`${id("s", keyColumn(spineKey(part.asked, key)))} is null`,
  );
  return [
    sql`when ${id("s", INSTANT)} is null then ${statusCode("no_timestamp")}`,
    sql`when ${part.boundary} < ${startBound(part.view.time)} then ${statusCode("before_start")}`,
    sql`when ${join(nullKeys, " or ")} then ${statusCode("no_key")}`,
    ...gapCases(part),
  ];
}

function gapCases({ asked, boundary }: Part): readonly Sql[] {
  if (asked.gaps.length === 0) return [];
  const touched = touchesSql(asked, asked.gaps, boundary, id("s", INSTANT));
  return [sql`when ${touched} then ${statusCode("not_materialized")}`];
}

function joinAggregates(part: Part, shape: AggregateShape): JoinedView {
  const { asked, view, keys, names, alias, boundary } = part;
  const asks = askedFeatures(asked);
  const wanted: AggregateShape = { ...shape, features: asks.map(({ aggregate }) => aggregate!) };
  const same = view.joinKeys.map(({ name }, at) => sql`${id("s", keys[at]!)} = ${id(alias, name)}`);
  const { isKnownAt } = asked.fences;
  const instant = isKnownAt ? sql` and ${id("s", INSTANT)} = ${id(alias, INSTANT)}` : nothing;
  const plan = isKnownAt ? knownWindowsSql : windowMatchesSql;
  return {
    relations: [
      sql`${names.probes} as (\n${probesSql(view, keys, names.index, isKnownAt)}\n)`,
      windowInputSql(part, wanted),
      sql`${names.matches} as (\n${plan(view, wanted, names)}\n)`,
    ],
    join: sql`left join ${names.matches} as ${id(alias)}
  on ${join(same, " and ")} and ${boundary} = ${id(alias, BOUND)}${instant}`,
    features: asks.map(({ aggregate, column }) => aliased(featureSql(part, wanted, aggregate!), column)),
    status: aggregateStatusSql(part, wanted),
  };
}

/** What windows look at: tiles merged as far as all may be, which pays to be done once, or events. */
function windowInputSql({ asked, view, stored, names }: Part, shape: AggregateShape): Sql {
  if (asked.fences.isKnownAt) return sql`${names.stored} as materialized (\n${knownEventsSql(stored)}\n)`;
  const isPlain = edgeGrid(view, shape) === shape.interval;
  const tiles = coarsenedTilesSql(view, shape, stored);
  return sql`${names.stored} as ${isPlain ? sql`not materialized` : sql`materialized`} (\n${tiles}\n)`;
}

function featureSql(part: Part, shape: AggregateShape, feature: CompiledAggregate): Sql {
  const merged = slotsOf(shape, feature, part.alias);
  const isThere = sql`${part.boundary} >= ${startBound(part.view.time)}`;
  const fits = feature.aggregate.fitsSql?.(merged, feature.input);
  const conditions = [...gapCases(part), ...(fits === undefined ? [] : [sql`when not ${fits} then 0`])];
  const value = feature.aggregate.finalizeSql(merged, feature.input);
  return sql`case ${join(nulled(conditions), " ")} when ${isThere} then ${value} end`;
}

function aggregateStatusSql(part: Part, shape: AggregateShape): Sql {
  const misfits = shape.features.flatMap((feature) => {
    const fits = feature.aggregate.fitsSql?.(slotsOf(shape, feature, part.alias), feature.input);
    return fits === undefined ? [] : [sql`not ${fits}`];
  });
  const overflow =
    misfits.length === 0 ? [] : [sql`when ${join(misfits, " or ")} then ${statusCode("error")}`];
  return sql`case ${join([...commonCases(part), ...overflow], " ")}
  when ${hasInputSql(shape, part.alias)} then ${statusCode("matched")} else ${statusCode("none")} end`;
}

/** Whether some window held an input that is not null (TIME T11, T15). */
export function hasInputSql(shape: AggregateShape, relation: string): Sql {
  const held = shape.features.flatMap((feature) =>
    slotsOf(shape, feature, relation).map((slot, index) => {
      const { empty } = shape.partials[feature.partials[index]!]!;
      return empty === null ? sql`${slot} is not null` : sql`coalesce(${slot}, 0) > 0`;
    }),
  );
  return sql`(${join(held, " or ")})`;
}
