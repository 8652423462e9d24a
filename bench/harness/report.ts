import Table from "cli-table3";
import type { WorkResult } from "./work.ts";

/** Prints results as a table, or with `json` one object a line. */
export function report(results: readonly WorkResult[], json: boolean): void {
  if (json) for (const result of results) console.log(JSON.stringify(result));
  else console.log(tableOf(results));
}

function tableOf(results: readonly WorkResult[]): string {
  const table = new Table({ head: ["work", "ratio", "bar", "held", "measured"], style: { head: [] } });
  for (const { work, ratio, bar, held, details } of results) {
    const measured = Object.entries(details).map(([name, value]) => `${name} ${format(value)}`);
    const barText = bar === null ? "none" : `≤ ${bar}`;
    table.push([
      work,
      ratio.toFixed(2),
      barText,
      bar === null ? "" : held ? "yes" : "NO",
      measured.join("\n"),
    ]);
  }
  return table.toString();
}

function format(value: number | string): string {
  if (typeof value === "string") return value;
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
}
