import { html, type Html } from "../html.ts";

/** A table: the first cell of each row is its heading. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (Html | string | number)[])[];
  /** What is said instead of a table without rows. */
  readonly empty: string;
}

/** A table that scrolls by itself where it is wider than the screen. */
export function tableOf({ caption, columns, rows, empty }: Table): Html {
  if (rows.length === 0) return html`<p class="quiet">${empty}</p>`;
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  const lines = rows.map(
    ([first = "", ...rest]) =>
      html`<tr>
        <th scope="row">${first}</th>
        ${rest.map((cell) => html`<td>${cell}</td>`)}
      </tr> `,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div> `;
}

/** Names and what they are; those that are `null` are left out. */
export function listOf(entries: readonly (readonly [string, Html | string | number | null])[]): Html {
  const items = entries.flatMap(([name, value]) =>
    value === null
      ? []
      : [
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
        ],
  );
  return html`<dl>${items}</dl> `;
}
