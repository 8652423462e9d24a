import type { FeatureViewDefinition, SourceInput } from "@tesela/core";
import type { AppliedView } from "../../workspace/applied-view.ts";
import { html, type Html } from "../html.ts";
import { KINDS } from "./kinds.ts";
import { tagsOf } from "./metadata.ts";
import { listOf, tableOf } from "./table.ts";
import { momentOf } from "./time.ts";

/** What was declared: fields, entities, sources and SQL. */
export function definitionOf({ definition, compiled, createdAt }: AppliedView): Html {
  return html`${listOf([
    ["Kind", KINDS[definition.kind]],
    ["Owner", definition.owner ?? null],
    ["Tags", tagsOf(definition)],
    ["Entities", definition.entities.join(", ")],
    ["Join keys", compiled.joinKeys.map(({ name, type }) => `${name} (${type})`).join(", ")],
    ["Online serving index", definition.onlineServingIndex?.join(", ") ?? null],
    ["Timestamp field", definition.timestampField],
    ["Created timestamp field", definition.createdTimestampField ?? null],
    ["Feature start", definition.featureStartTime],
    ["Serving cache", definition.onlineCache?.maxAge ?? null],
    ["Time to live", definition.ttl ?? null],
    ["Stores", storesOf(definition)],
    ...computedFields(definition),
    ["Defined in", definition.definedIn ?? null],
    ["Applied", momentOf(createdAt.toISOString())],
  ])}${definition.kind === "featureTable" ? null : sourcesAndSql(definition, compiled.sources)}`;
}

type Computed = Exclude<FeatureViewDefinition, { readonly kind: "featureTable" }>;

function computedFields(definition: FeatureViewDefinition): [string, string | null][] {
  if (definition.kind === "featureTable") return [];
  return [
    ["Batch schedule", definition.batchSchedule],
    ["Jobs are made by", definition.batchTrigger ?? "scheduled"],
    ["Aggregation interval", definition.aggregationInterval ?? null],
    ["Most of one backfill job", definition.maxBackfillInterval ?? null],
    ["Lifetime start", definition.lifetimeStartTime ?? null],
    ["Event id field", definition.eventIdField ?? null],
  ];
}

function storesOf({ online, offline }: FeatureViewDefinition): string {
  const stores = [...(offline ? ["offline"] : []), ...(online ? ["online"] : [])];
  return stores.length === 0 ? "none" : stores.join(", ");
}

function sourcesAndSql(definition: Computed, sources: AppliedView["compiled"]["sources"]): Html {
  return html`<h3>Sources</h3>
    ${tableOf({
      caption: "Sources",
      columns: ["Parameter", "Source", "Files", "Sees"],
      rows: sources.map(({ parameter, definition: { name, batch } }, index) => [
        parameter,
        name,
        `${batch.path} (${batch.format}, delay ${batch.dataDelay})`,
        seesText(definition.sources[index]?.sees),
      ]),
      empty: "The view has no sources.",
    })}
    <h3>Transformation</h3>
    <pre
      tabindex="0"
      aria-label="SQL of the transformation"
    ><code>${definition.transform.sql.trim()}</code></pre> `;
}

function seesText(sees: SourceInput["sees"]): string {
  if (sees === undefined) return "the rows of its window";
  return sees === "unfiltered" ? "all rows" : `rows from ${sees.lookback} before its window`;
}
