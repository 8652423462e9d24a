/** SQL with its parameters apart: every hole of the `statement` tag is a parameter, never text. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Builds a parameterized statement: `statement`select * from job where id = ${id}``. */
export function statement(parts: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  const text = parts.reduce((sql, part, index) => `${sql}$${index}${part}`);
  return { text, values };
}
