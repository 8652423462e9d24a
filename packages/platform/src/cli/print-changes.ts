import { printTable } from "./table.ts";
import type { Change } from "@tesela/contract";

const kinds: Readonly<Record<Change["kind"], string>> = {
  entity: "entity",
  batchSource: "data source",
  streamSource: "stream source",
  batchFeatureView: "feature view",
  streamFeatureView: "stream feature view",
  featureTable: "feature table",
  realtimeFeatureView: "realtime feature view",
  featureService: "feature service",
};

/** The changes of a plan as a table, or a line that says there are none. */
export function printChanges(changes: readonly Change[]): string {
  const wanted = changes.filter(({ action }) => action !== "none");
  if (wanted.length === 0) return `No changes: ${changes.length} objects are as declared.`;
  const rows = wanted.map(({ action, kind, name, reasons, isDestructive }) => [
    isDestructive ? `${action} (destroys data)` : action,
    kinds[kind],
    name,
    reasons.join("; "),
  ]);
  return printTable(["change", "kind", "name", "why"], rows);
}
