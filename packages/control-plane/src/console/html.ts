/** Text that is HTML already. Only the `html` tag makes it, so what users wrote can never become markup. */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  /** Fills a template: HTML stays as it is, all else is escaped. */
  static fill(parts: TemplateStringsArray, holes: readonly Hole[]): Html {
    return new Html(parts.reduce((text, part, index) => `${text}${place(holes[index - 1])}${part}`));
  }
}

/** What a template takes: `null` is nothing. */
export type Hole = string | number | Html | readonly Html[] | null;

/** Builds HTML; attribute values have to stand in double quotes. */
export function html(parts: TemplateStringsArray, ...holes: readonly Hole[]): Html {
  return Html.fill(parts, holes);
}

function place(hole: Hole | undefined): string {
  if (hole === null || hole === undefined) return "";
  if (hole instanceof Html) return hole.toString();
  if (typeof hole === "object") return hole.map(String).join("");
  return escape(String(hole));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
