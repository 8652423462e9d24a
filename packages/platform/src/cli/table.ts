import Table from "cli-table3";
import { toJson } from "./terminal.ts";
import type { FrameValue, VectorValue } from "@tesela/sdk";

/** Rows under their headings, in lines; numbers stand on the right. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column] ?? "")),
  );
  const table = new Table({
    head: [...head],
    colAligns: numeric.map((each) => (each ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** A value of a feature as a person reads it. */
export function printValue(value: FrameValue | VectorValue | undefined): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "object") return toJson(value);
  return typeof value === "number" ? String(Number(value.toPrecision(6))) : String(value);
}

function isNumber(text: string): boolean {
  return text === "null" || (text.trim() !== "" && !Number.isNaN(Number(text)));
}
