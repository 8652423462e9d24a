/** SQL with its parameters apart: every hole of the `statement` tag is a parameter or another statement, never text. */
export interface Statement {
  readonly kind: "statement";
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Builds a parameterized statement: `statement`select * from job where id = ${id}``. A statement in a hole
 * becomes part of the text, its parameters numbered anew.
 */
export function statement(parts: TemplateStringsArray, ...holes: readonly unknown[]): Statement {
  const values: unknown[] = [];
  const text = parts.reduce((sql, part, index) => `${sql}${place(holes[index - 1], values)}${part}`);
  return { kind: "statement", text, values };
}

/** The text for a hole; its values join the others. */
function place(hole: unknown, values: unknown[]): string {
  if (!isStatement(hole)) return `$${values.push(hole)}`;
  const before = values.length;
  values.push(...hole.values);
  return hole.text.replaceAll(/\$(\d+)/g, (_, number: string) => `$${before + Number(number)}`);
}

function isStatement(hole: unknown): hole is Statement {
  return typeof hole === "object" && hole !== null && "kind" in hole && hole.kind === "statement";
}
