import type { CompiledAggregate, CompiledView } from "../definition/compile.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { coarsenedTilesSql, edgeGrid } from "./coarsened-tiles.ts";
import type { AskedFeature } from "./read-view.ts";
import type { StatusCase } from "./read-status.ts";
import type { AggregateShape } from "./tiles.ts";
import { slotsOf } from "./window-slots.ts";

/** The shape of a view with only those of its features that are asked for. */
export function askedShape(shape: AggregateShape, features: readonly AskedFeature[]): AggregateShape {
  return { ...shape, features: features.map(({ aggregate }) => aggregate!) };
}

/** What windows look at: tiles merged as far as all may be, which pays to be done once. */
export function windowTilesSql(view: CompiledView, shape: AggregateShape, name: Sql, stored: Sql): Sql {
  const isPlain = edgeGrid(view, shape) === shape.interval;
  return sql`${name} as ${isPlain ? sql`not materialized` : sql`materialized`} (
${coarsenedTilesSql(view, shape, stored)}
)`;
}

/** The value of a feature from a relation of slots; meaningless where one of its `misfitCases` holds. */
export function windowValueSql(shape: AggregateShape, feature: CompiledAggregate, relation: string): Sql {
  return feature.aggregate.finalizeSql(slotsOf(shape, feature, relation), feature.input);
}

/** Where values of features do not fit their types (TIME T6). */
export function misfitCases(
  shape: AggregateShape,
  features: readonly CompiledAggregate[],
  relation: string,
): readonly StatusCase[] {
  return features.flatMap((feature) => {
    const fits = feature.aggregate.fitsSql?.(slotsOf(shape, feature, relation), feature.input);
    return fits === undefined ? [] : [{ when: sql`not ${fits}`, status: "error" as const }];
  });
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
