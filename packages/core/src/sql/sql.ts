/** SQL text whose parts are known to be safe; only this module and the two quoting functions make it. */
export interface Sql {
  readonly kind: "sql";
  readonly text: string;
}

/** What may be spliced: safe SQL, or numbers that print as themselves. */
export type SqlPart = Sql | bigint;

/** Builds SQL; every hole must be safe SQL already (quoted identifier, literal, other SQL) or an integer. */
export function sql(parts: TemplateStringsArray, ...holes: readonly SqlPart[]): Sql {
  let text = parts[0]!;
  holes.forEach((hole, index) => (text += textOf(hole) + parts[index + 1]!));
  return { kind: "sql", text };
}

function textOf(part: SqlPart): string {
  return typeof part === "bigint" ? part.toString() : part.text;
}

/** Trusts a text to be SQL: for text that the check of user SQL has passed and printed itself. */
export function trusted(text: string): Sql {
  return { kind: "sql", text };
}

/** Joins SQL with a separator, a comma and a line break unless told. */
export function join(parts: readonly Sql[], separator = ",\n  "): Sql {
  return { kind: "sql", text: parts.map((part) => part.text).join(separator) };
}

/** The empty text: a hole that may hold nothing. */
export const nothing: Sql = { kind: "sql", text: "" };
