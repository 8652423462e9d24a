import type { FrameColumn } from "./frame-schema.ts";
import type { FrameRow, FrameValue } from "./frame-value.ts";

const WIDEST = 40;

/** Rows as an aligned table with a line for what is not shown: numbers to the right, all else to the left. */
export function formatTable(
  columns: readonly FrameColumn[],
  rows: readonly FrameRow[],
  rowCount: number,
): string {
  const cells = columns.map((column) => cellsOf(column, rows));
  const lines = [...Array(rows.length + 1).keys()].map((line) =>
    cells.map((column) => column[line]).join(" | "),
  );
  const rule = cells.map(([header]) => "-".repeat(header?.length ?? 0)).join("-+-");
  const left = rowCount - rows.length;
  const footer =
    left > 0 ? [`… ${left.toLocaleString("en-US")} more of ${rowCount.toLocaleString("en-US")} rows`] : [];
  return [lines[0], rule, ...lines.slice(1), ...(rowCount === 0 ? ["no rows"] : footer)]
    .map((line) => (line ?? "").trimEnd())
    .join("\n");
}

/** The header and the values of a column, each as wide as the widest. */
function cellsOf({ name, type }: FrameColumn, rows: readonly FrameRow[]): readonly string[] {
  const texts = [name, ...rows.map((row) => shown(row[name] ?? null))];
  const width = Math.max(...texts.map((text) => text.length));
  const isNumber = type === "int64" || type === "float64";
  return texts.map((text) => (isNumber ? text.padStart(width) : text.padEnd(width)));
}

function shown(value: FrameValue): string {
  if (value === null) return "null";
  const text = typeof value === "object" ? nested(value) : String(value);
  const line = text.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
  return line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line;
}

function nested(value: object): string {
  if (value instanceof Uint8Array) return `0x${Array.from(value.subarray(0, WIDEST), hex).join("")}`;
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? part.toString() : part));
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
