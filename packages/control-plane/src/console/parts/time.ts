import { html, type Html } from "../html.ts";

const NEVER = "—";

/** An instant of ISO text for people, to the last digit; `null` is a dash. */
export function timeOf(instant: string | null): Html {
  if (instant === null) return html`<span class="quiet">${NEVER}</span>`;
  const [date = "", clock = ""] = instant.replace(/Z$/, "").split("T");
  return html`<time datetime="${instant}">${date} ${clock} UTC</time>`;
}

/** When something happened, to the second. */
export function momentOf(instant: string | null): Html {
  return timeOf(instant === null ? null : instant.replace(/\.\d+Z$/, "Z"));
}
