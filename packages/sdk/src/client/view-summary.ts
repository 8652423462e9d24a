/** A row of a summary. */
export interface SummaryRow {
  readonly name: string;
  readonly value: string;
}

/** A view under the names of its attributes, and as rows; it prints as a table of two columns. */
export class ViewSummary<Attributes extends object> {
  readonly attributes: Attributes;
  readonly rows: readonly SummaryRow[];

  /** Fields are shown in their order, blank where there is nothing. */
  constructor(attributes: Attributes, fields: Readonly<Record<string, string | null>>) {
    this.attributes = attributes;
    this.rows = Object.entries(fields).map(([name, value]) => ({ name, value: value ?? "" }));
  }

  toString(): string {
    const width = Math.max(...this.rows.map(({ name }) => name.length));
    return this.rows.map(({ name, value }) => `${name.padEnd(width)} | ${value}`.trimEnd()).join("\n");
  }

  toJSON(): Attributes {
    return this.attributes;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Tags on a line. */
export function printTags(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map((tag) => tag.join("="))
    .join(", ");
}

/** Names and their types on a line. */
export function printTyped(some: readonly { readonly name: string; readonly type: string }[]): string {
  return some.map(({ name, type }) => `${name} ${type}`).join(", ");
}
