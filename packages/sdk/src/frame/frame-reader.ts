import { readStored, type FrameSource } from "./frame-source.ts";
import type { FrameRow, FrameValue } from "./frame-value.ts";
import { readerOf, type ReadValue } from "./value-reader.ts";

export type { FrameRow, FrameValue };

/** The rows `[start, end)` of a file. */
export async function readRows(source: FrameSource, start: number, end: number): Promise<FrameRow[]> {
  if (start >= end) return [];
  const columns = await readStored(source, start, end);
  for (const [index, values] of columns.entries()) convertAll(values, readerOfColumn(source, index));
  return rowsOf(
    source.schema.map(({ name }) => name),
    columns as FrameValue[][],
    end - start,
  );
}

function readerOfColumn({ columns, counts }: FrameSource, index: number): ReadValue {
  const column = columns[index]!;
  return counts.has(column.element.name) ? (count: bigint | number) => Number(count) : readerOf(column);
}

/** In place: a large frame is in memory once. */
function convertAll(values: unknown[], read: ReadValue): void {
  for (let row = 0; row < values.length; row++) {
    const stored = values[row];
    if (stored === null || stored === undefined) values[row] = null;
    else if (read !== null) values[row] = read(stored as never);
  }
}

function rowsOf(names: readonly string[], columns: readonly FrameValue[][], count: number): FrameRow[] {
  const rows: FrameRow[] = [];
  for (let row = 0; row < count; row++) {
    const values: Record<string, FrameValue> = {};
    for (let column = 0; column < names.length; column++) values[names[column]!] = columns[column]![row]!;
    rows.push(values);
  }
  return rows;
}

/** Rows of a file in order, a row group at a time; `size` is how many rows a batch has but for the last. */
export async function* readBatches(
  source: FrameSource,
  size: number | undefined,
): AsyncGenerator<readonly FrameRow[], void, undefined> {
  let rest: FrameRow[] = [];
  let start = 0;
  for (const group of source.metadata.row_groups) {
    const end = start + Number(group.num_rows);
    const rows = await readRows(source, start, end);
    start = end;
    if (size === undefined) {
      if (rows.length > 0) yield rows;
      continue;
    }
    rest = rest.concat(rows);
    for (; rest.length >= size; rest = rest.slice(size)) yield rest.slice(0, size);
  }
  if (rest.length > 0) yield rest;
}
