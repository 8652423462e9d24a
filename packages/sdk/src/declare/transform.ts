import { quoteIdentifier, TeselaError } from "@tesela/core";

/** Stands for one of a view's sources inside its transformation. */
export class SourceHandle {
  readonly #parameter: string;

  constructor(parameter: string) {
    this.#parameter = parameter;
  }

  /** The table name that the source has in the SQL. */
  toSql(): string {
    return quoteIdentifier(this.#parameter);
  }
}

/** A transformation: one row-wise SELECT over the view's sources (TIME T16), stored as data. */
export class Transform {
  readonly sql: string;
  readonly #isTransform = true;

  constructor(text: string) {
    this.sql = text;
  }

  /** Whether a value was made by `sql`. */
  static is(value: unknown): value is Transform {
    return typeof value === "object" && value !== null && #isTransform in value && value.#isTransform;
  }
}

/**
 * The SQL of a transformation, in DuckDB's dialect: ``sql`select origin, date from ${flights}` ``. Only source
 * handles can be interpolated; throws `VALIDATION` on anything else.
 */
export function sql(parts: TemplateStringsArray, ...sources: readonly SourceHandle[]): Transform {
  const holes = sources.map((source) => tableOf(source));
  return new Transform(
    parts
      .map((part, index) => part + (holes[index] ?? ""))
      .join("")
      .trim(),
  );
}

function tableOf(source: unknown): string {
  if (source instanceof SourceHandle) return source.toSql();
  throw new TeselaError("VALIDATION", `A transformation interpolates only sources; found ${typeof source}.`, {
    fix: "Write values into the SQL text itself.",
  });
}
