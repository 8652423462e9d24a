import { TeselaError } from "../errors/tesela-error.ts";
import type { EpochMicros } from "../time/instant.ts";
import { trusted, type Sql } from "./sql.ts";

/** A quoted identifier as text. Throws `VALIDATION` on a NUL, which no identifier can hold. */
export function quoteIdentifier(name: string): string {
  if (name.includes("\0")) throw new TeselaError("VALIDATION", "A name cannot hold a NUL character.");
  return `"${name.replaceAll('"', '""')}"`;
}

/** A quoted string literal as text. Throws `VALIDATION` on a NUL. */
export function quoteLiteral(value: string): string {
  if (value.includes("\0")) throw new TeselaError("VALIDATION", "A text cannot hold a NUL character.");
  return `'${value.replaceAll("'", "''")}'`;
}

/** An identifier, optionally qualified: `id("spine", "key")` is `"spine"."key"`. */
export function id(...path: readonly string[]): Sql {
  return trusted(path.map(quoteIdentifier).join("."));
}

/** A string literal. */
export function text(value: string): Sql {
  return trusted(quoteLiteral(value));
}

/** A timestamp literal, exact to the microsecond. */
export function timestamp(instant: EpochMicros): Sql {
  return trusted(`make_timestamp(${instant}::bigint)`);
}
