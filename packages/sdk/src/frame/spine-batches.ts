import type { SchemaElement } from "hyparquet";
import { arrowBatches, arrowSchema, isArrowTable } from "./arrow-table.ts";
import { columnElements, elementOf } from "./parquet-element.ts";
import { columnValues } from "./spine-columns.ts";
import { checkSpineTypes, spineTypes, type SpineColumnType } from "./spine-types.ts";
import type { Spine, SpineHints, SpineRow } from "./spine.ts";

/** Some rows, column by column. */
export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
}

/** A spine as it is written: the schema of its file, then its rows in batches. */
export interface SpineBatches {
  /** The elements of each column. */
  readonly schema: readonly (readonly SchemaElement[])[];
  readonly batches: Iterable<ColumnBatch> | AsyncIterable<ColumnBatch>;
}

/** Rows of one row group: few enough that no batch takes much memory. */
export const BATCH_ROWS = 50_000;

/** A spine in memory or a stream, in batches. Throws `VALIDATION` naming column and row, at once or on the way. */
export async function spineBatches(spine: Exclude<Spine, string>, hints: SpineHints): Promise<SpineBatches> {
  if (isArrowTable(spine)) return { schema: arrowSchema(spine), batches: arrowBatches(spine, BATCH_ROWS) };
  if (isRows(spine)) {
    const types = spineTypes(spine, hints);
    return { schema: schemaOf(types), batches: rowBatches(spine, types, 0) };
  }
  const groups = grouped(spine);
  const first = await groups.next();
  const rows = first.done === true ? [] : first.value;
  const types = spineTypes(rows, hints);
  return { schema: schemaOf(types), batches: streamBatches(rows, groups, types) };
}

/** Whether a spine is a list of rows. */
export function isRows(spine: Spine): spine is readonly SpineRow[] {
  return Array.isArray(spine);
}

function schemaOf(types: readonly SpineColumnType[]): SpineBatches["schema"] {
  return types.map(({ name, type }) => columnElements(name, elementOf[type], false));
}

function* rowBatches(
  rows: readonly SpineRow[],
  types: readonly SpineColumnType[],
  at: number,
): Generator<ColumnBatch> {
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const end = Math.min(start + BATCH_ROWS, rows.length);
    const columns = types.map((type) => ({
      name: type.name,
      values: columnValues(type, rows, start, end, at),
    }));
    yield { rowCount: end - start, columns };
  }
}

/** The types are those of the first group, as nothing can be read twice. */
async function* streamBatches(
  first: readonly SpineRow[],
  groups: AsyncGenerator<readonly SpineRow[]>,
  types: readonly SpineColumnType[],
): AsyncGenerator<ColumnBatch> {
  let at = first.length;
  yield* rowBatches(first, types, 0);
  for await (const rows of groups) {
    checkSpineTypes(rows, at, types);
    yield* rowBatches(rows, types, at);
    at += rows.length;
  }
}

async function* grouped(rows: AsyncIterable<SpineRow>): AsyncGenerator<readonly SpineRow[]> {
  let group: SpineRow[] = [];
  for await (const row of rows) {
    if (group.push(row) < BATCH_ROWS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
