import type { FeatureFrame } from "@tesela/sdk";

/** A line for each view: how many rows matched, and why the others did not. */
export function printStatistics(statistics: FeatureFrame["statistics"]): string {
  return Object.entries(statistics)
    .map(([view, { matched, null: missed, reasons }]) => {
      const why = Object.entries(reasons).map(([reason, rows]) => `${reason} ${count(rows ?? 0)}`);
      const because = why.length === 0 ? "" : ` (${why.join(", ")})`;
      return `${view}: ${count(matched)} matched, ${count(missed)} null${because}`;
    })
    .join("\n");
}

function count(rows: number): string {
  return rows.toLocaleString("en-US");
}
