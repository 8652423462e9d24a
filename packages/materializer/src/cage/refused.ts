/** User SQL that is refused, and why: it is no valid SQL, or it is valid and not allowed. */
export class Refused extends Error {
  readonly code: "INVALID_SQL" | "SQL_NOT_ALLOWED";
  readonly problems: readonly string[];

  constructor(code: "INVALID_SQL" | "SQL_NOT_ALLOWED", problems: readonly string[]) {
    super(problems.join("\n"));
    this.code = code;
    this.problems = problems;
  }
}
