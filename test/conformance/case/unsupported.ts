import { AGGREGATE_NAMES } from "@tesela/core";
import type { CaseJson } from "./schema.ts";

/** Why the platform cannot answer a case yet, or null when it can. */
export function unsupportedReason({ view, range, options }: CaseJson): string | null {
  if (view.kind !== "batch") return `views of kind "${view.kind}" do not exist yet`;
  if (range !== undefined) return "range reads do not exist yet";
  const [option] = Object.keys(options);
  if (option !== undefined) return `the option "${option}" does not exist yet`;
  const unknown = view.features.find((feature) => !isKnown(feature));
  if (unknown === undefined || "attribute" in unknown) return null;
  return `the function "${unknown.function}" does not exist yet`;
}

function isKnown(feature: CaseJson["view"]["features"][number]): boolean {
  if ("attribute" in feature) return true;
  return AGGREGATE_NAMES.some((name) => name === feature.function) && feature.n === undefined;
}
