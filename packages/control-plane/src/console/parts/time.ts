import { html, type Html } from "../html.ts";

const NEVER = "—";

/** An instant of ISO text for people, to the second unless it is finer; `null` is a dash. */
export function timeOf(instant: string | null): Html {
  if (instant === null) return html`<span class="quiet">${NEVER}</span>`;
  const [date = "", clock = ""] = instant.replace(/Z$/, "").split("T");
  return html`<time datetime="${instant}">${date} ${clock.replace(/(\.\d{3})\d+$/, "$1")} UTC</time>`;
}
