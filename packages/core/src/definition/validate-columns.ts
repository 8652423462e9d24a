import type { Problem } from "../errors/problem.ts";
import { aggregates } from "../aggregation/all.ts";
import type { ValueType } from "../value/value-type.ts";
import type { AggregateDefinition, FeatureViewDefinition } from "./definition.ts";
import { joinKeysOf } from "./join-keys-of.ts";
import { Problems } from "./problems.ts";
import type { ResolvedColumn } from "./resolved.ts";
import { pathOf, type Repository } from "./validate.ts";

/** Every problem between what a view declares and what its transformation really gives. */
export function validateColumns(
  view: FeatureViewDefinition,
  repository: Repository,
  columns: readonly ResolvedColumn[],
): readonly Problem[] {
  const check = new ColumnCheck(pathOf(view), columns);
  for (const { name, type } of joinKeysOf(view, repository)) check.column("entities", name, type);
  check.column("timestampField", view.timestampField, "timestamp");
  if (view.createdTimestampField !== undefined) {
    check.column("createdTimestampField", view.createdTimestampField, "timestamp");
  }
  if (view.kind !== "featureTable" && view.eventIdField !== undefined) {
    check.column("eventIdField", view.eventIdField, null);
  }
  for (const [index, feature] of view.features.entries()) {
    if (feature.kind === "attribute") check.column(`features[${index}]`, feature.name, feature.type);
    else check.aggregate(`features[${index}]`, feature);
  }
  check.problems.unique(
    `${pathOf(view)}.transform`,
    columns.map(({ name }) => name),
  );
  return check.problems.found;
}

class ColumnCheck {
  readonly problems = new Problems();
  readonly path: string;
  readonly columns: readonly ResolvedColumn[];

  constructor(path: string, columns: readonly ResolvedColumn[]) {
    this.path = path;
    this.columns = columns;
  }

  /** The column's type when it is there, has a value type, and that is the expected one (null: any). */
  column(part: string, name: string, expected: ValueType | null): ValueType | null {
    const at = `${this.path}.${part}`;
    const column = this.columns.find((candidate) => candidate.name === name);
    if (column === undefined) {
      this.problems.add(at, `the transformation gives no column "${name}"`, `It gives: ${this.names()}.`);
      return null;
    }
    if (column.type === null) {
      this.problems.add(
        at,
        `column "${name}" is ${column.duckdbType}, which no value type holds`,
        "Cast it.",
      );
    } else if (expected !== null && column.type !== expected) {
      const found = `column "${name}" is ${column.type} (${column.duckdbType}), expected ${expected}`;
      this.problems.add(at, found, `Declare it ${column.type}, or cast it in the transformation.`);
    }
    return column.type;
  }

  aggregate(part: string, feature: AggregateDefinition): void {
    const input = this.column(part, feature.column, feature.columnType ?? null);
    const family = aggregates[feature.function];
    if (input === null || family.problem(feature) !== null) return;
    if (family.of(feature).resultType(input) !== null) return;
    this.problems.add(
      `${this.path}.${part}`,
      `${feature.function} does not accept ${input}`,
      "Cast the column.",
    );
  }

  private names(): string {
    return this.columns.map(({ name }) => name).join(", ");
  }
}
