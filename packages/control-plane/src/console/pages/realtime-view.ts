import type { RealtimeSourceDefinition } from "@tesela/core";
import type { AppliedRealtimeView } from "../../workspace/applied-view.ts";
import { html, type Html } from "../html.ts";
import { KINDS } from "../parts/kinds.ts";
import { descriptionOf, tagsOf } from "../parts/metadata.ts";
import { listOf, tableOf } from "../parts/table.ts";
import { momentOf } from "../parts/time.ts";

/** The page of a realtime view, of which nothing is stored: what it is given, what it gives, and its function. */
export function realtimeViewBody({ definition, createdAt }: AppliedRealtimeView): Html {
  return html`${descriptionOf(definition)}
    <p>
      Its function runs when it is read: nothing of it is materialized, so it has neither ranges nor jobs.
    </p>
    <h2>Features</h2>
    ${tableOf({
      caption: "Features",
      columns: ["Name", "Type"],
      rows: definition.features.map(({ name, type }) => [name, type]),
      empty: "The view has no features.",
    })}
    <h2>Definition</h2>
    ${listOf([
      ["Kind", KINDS[definition.kind]],
      ["Owner", definition.owner ?? null],
      ["Tags", tagsOf(definition)],
      ["Defined in", definition.definedIn ?? null],
      ["Applied", momentOf(createdAt.toISOString())],
    ])}
    <h3>Sources</h3>
    ${tableOf({
      caption: "Sources",
      columns: ["Parameter", "What it is"],
      rows: definition.sources.map((source) => [source.parameter, sourceText(source)]),
      empty: "The function is given nothing.",
    })}
    <h3>Function</h3>
    <pre tabindex="0" aria-label="The view's function"><code>${definition.transform.function}</code></pre> `;
}

function sourceText(source: RealtimeSourceDefinition): string {
  if (source.kind === "view") return `features of ${source.view}`;
  return `request data: ${source.schema.map(({ name, type }) => `${name} (${type})`).join(", ")}`;
}
