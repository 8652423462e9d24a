import { quoteIdentifier, TeselaError, type SourceInput } from "@tesela/core";
import { normalDuration } from "./normal.ts";

/** What a transformation sees of a source besides the rows of its window; `null`: nothing. */
export type Seen = NonNullable<SourceInput["sees"]> | null;

/** Stands for one of a view's sources inside its transformation. */
export class SourceHandle {
  readonly parameter: string;
  readonly sees: Seen;

  constructor(parameter: string, sees: Seen = null) {
    this.parameter = parameter;
    this.sees = sees;
  }

  /** The source whole, whatever the window: for tables that are looked things up in (TIME T16). */
  unfiltered(): SourceHandle {
    return new SourceHandle(this.parameter, "unfiltered");
  }

  /** The rows of the window and of this long before it: `flights.lookback("2d")` (TIME T16). */
  lookback(duration: string): SourceHandle {
    return new SourceHandle(this.parameter, { lookback: normalDuration(duration) });
  }

  /** The table name that the source has in the SQL. */
  toSql(): string {
    return quoteIdentifier(this.parameter);
  }
}

/** A transformation: one SELECT over the view's sources (TIME T16), stored as data. */
export class Transform {
  readonly sql: string;
  readonly #seen: ReadonlyMap<string, Seen>;

  constructor(text: string, seen: ReadonlyMap<string, Seen>) {
    this.sql = text;
    this.#seen = seen;
  }

  /** Whether a value was made by `sql`. */
  static is(value: unknown): value is Transform {
    return typeof value === "object" && value !== null && #seen in value;
  }

  /** What it sees of the source that it calls by this name. */
  seenOf(parameter: string): Seen {
    return this.#seen.get(parameter) ?? null;
  }
}

/**
 * The SQL of a transformation, in DuckDB's dialect: ``sql`select origin, date from ${flights}` ``. Only source
 * handles can be interpolated, each in one way; throws `VALIDATION` on anything else.
 */
export function sql(parts: TemplateStringsArray, ...sources: readonly SourceHandle[]): Transform {
  const seen = new Map<string, Seen>();
  for (const source of sources) note(seen, source);
  const text = parts.map((part, index) => part + (sources[index]?.toSql() ?? "")).join("");
  return new Transform(text.trim(), seen);
}

function note(seen: Map<string, Seen>, source: unknown): void {
  if (!(source instanceof SourceHandle)) {
    const message = `A transformation interpolates only sources; found ${typeof source}.`;
    throw new TeselaError("VALIDATION", message, { fix: "Write values into the SQL text itself." });
  }
  const before = seen.get(source.parameter);
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(source.sees)) {
    const message = `A transformation reads its source "${source.parameter}" in two ways.`;
    const fix = "Give the source to the view twice, under two names, and read each in one way.";
    throw new TeselaError("VALIDATION", message, { fix });
  }
  seen.set(source.parameter, source.sees);
}
