import type { Metadata } from "@tesela/core";
import { html, type Html } from "../html.ts";

/** The description of an object in its author's words and lines. */
export function descriptionOf({ description }: Metadata): Html | null {
  return description === undefined ? null : html`<p class="description">${description}</p>`;
}

/** Its tags; `null` where it has none. */
export function tagsOf({ tags = {} }: Metadata): Html | null {
  const entries = Object.entries(tags);
  if (entries.length === 0) return null;
  return html`<ul class="tags">
    ${entries.map(([name, value]) => html`<li>${name}: ${value}</li>`)}
  </ul>`;
}
