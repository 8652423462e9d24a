import type { CompiledAggregate, CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, nothing, sql, type Sql } from "../sql/sql.ts";
import { startBound } from "../time/law.ts";
import { aliased } from "../value/duckdb-type.ts";
import { attributeJoinSql, timedRowsSql, unservedCases } from "./attribute-matches.ts";
import { AT, BOUND, INSTANT } from "./columns.ts";
import { numberedStoredSql, numberedView, type KeyNumbers } from "./key-numbers.ts";
import { knownInputSql, knownWindowsSql } from "./known-windows.ts";
import { touchesSql } from "./needed-sql.ts";
import { probesSql, relationNames, type RelationNames } from "./probes.ts";
import { askedFeatures, spineKey, type ReadView } from "./read-view.ts";
import { statusSql, unlessSql, type StatusCase } from "./read-status.ts";
import { boundColumn, keyColumn } from "./spine.ts";
import type { AggregateShape } from "./tiles.ts";
import { windowMatchesSql } from "./window-matches.ts";
import { askedShape, hasInputSql, misfitCases, windowTilesSql, windowValueSql } from "./window-values.ts";

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
export function joinedViewsOf(
  views: readonly ReadView[],
  numbers: ReadonlyMap<ReadView, KeyNumbers>,
): readonly JoinedView[] {
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
  const unserved = unservedCases(asked, row, boundary, id("s", INSTANT));
  const none: StatusCase = { when: sql`${row} is null`, status: "none" };
  return {
    relations: [sql`${names.stored} as not materialized (\n${stored}\n)`],
    join: attributeJoinSql(view, asked, keys, { stored: names.stored, alias, boundary }),
    features: askedFeatures(asked).map(({ name, column }) =>
      aliased(unlessSql([...gapCases(part), ...unserved], id(alias, name)), column),
    ),
    status: statusSql([...commonCases(part), none, ...unserved], "matched"),
  };
}

function commonCases(part: Part): readonly StatusCase[] {
  const nullKeys = spineKeys(part).map((key) => sql`${key} is null`);
  return [
    { when: sql`${id("s", INSTANT)} is null`, status: "no_timestamp" },
    { when: sql`${part.boundary} < ${startBound(part.view.time)}`, status: "before_start" },
    { when: join(nullKeys, " or "), status: "no_key" },
    ...gapCases(part),
  ];
}

function spineKeys({ asked }: Part): readonly Sql[] {
  return asked.view.joinKeys.map((key) => id("s", keyColumn(spineKey(asked, key))));
}

function gapCases(part: Part): readonly StatusCase[] {
  const { asked, boundary } = part;
  if (asked.gaps.length === 0) return [];
  const row = { keys: spineKeys(part), boundary, instant: id("s", INSTANT) };
  return [{ when: touchesSql(asked, asked.gaps, row), status: "not_materialized" }];
}

function joinAggregates(part: Part, shape: AggregateShape): JoinedView {
  const { asked, view, keys, names, alias, boundary } = part;
  const asks = askedFeatures(asked);
  const wanted = askedShape(shape, asks);
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

/** What windows look at: tiles, or events where it counts which of them were known when. */
function windowInputSql({ asked, view, stored, names }: Part, shape: AggregateShape): Sql {
  if (asked.fences.isKnownAt) return knownInputSql(names, stored);
  return windowTilesSql(view, shape, names.stored, stored);
}

function featureSql(part: Part, shape: AggregateShape, feature: CompiledAggregate): Sql {
  const cases = [...gapCases(part), ...misfitCases(shape, [feature], part.alias)];
  const isThere = sql`${part.boundary} >= ${startBound(part.view.time)}`;
  const value = windowValueSql(shape, feature, part.alias);
  return unlessSql(cases, sql`case when ${isThere} then ${value} end`);
}

function aggregateStatusSql(part: Part, shape: AggregateShape): Sql {
  const none: StatusCase = { when: sql`not ${hasInputSql(shape, part.alias)}`, status: "none" };
  return statusSql(
    [...commonCases(part), ...misfitCases(shape, shape.features, part.alias), none],
    "matched",
  );
}
