import {
  aliased,
  id,
  join,
  pathList,
  sql,
  text,
  trusted,
  type DeclaredColumns,
  type Sql,
} from "@tesela/core";
import { readCsvHeader } from "./csv-header.ts";
import { missingColumn, refuseWide, type TextFile } from "./text-file.ts";
import { FILE_COLUMN, textValueSql } from "./text-value.ts";

/** Files whose columns stand in one order. */
interface Layout {
  readonly paths: string[];
  readonly header: readonly string[];
}

/**
 * Reads CSV files by the names in their first lines: columns stand in any order, and those that are not declared
 * are ignored. Throws `SOURCE_INVALID` naming a file and the column that it lacks.
 */
export async function csvRelation(
  files: readonly TextFile[],
  columns: DeclaredColumns,
  maxColumns: number,
): Promise<Sql> {
  const layouts = new Map<string, Layout>();
  for (const { path } of files) {
    const header = await readCsvHeader(path);
    refuseWide(path, header.length, maxColumns);
    const lacking = columns.find(({ name }) => header.filter((one) => one === name).length !== 1);
    if (lacking !== undefined) throw missingColumn(path, lacking.name, header);
    const key = JSON.stringify(header);
    const layout = layouts.get(key) ?? { paths: [], header };
    layouts.set(key, layout);
    layout.paths.push(path);
  }
  return join(
    [...layouts.values()].map((layout) => layoutSql(layout, columns)),
    "\nunion all\n",
  );
}

/** Every column is read as text by its position: names that are not declared may be anything. */
function layoutSql({ paths, header }: Layout, columns: DeclaredColumns): Sql {
  const struct = header.map((_, index) => `'${positioned(index)}': 'VARCHAR'`).join(", ");
  const values = columns.map(({ name, type }) =>
    aliased(textValueSql(id(positioned(header.indexOf(name))), name, type), name),
  );
  return sql`select
  ${join(values, ",\n  ")}
from read_csv(
  ${pathList(paths)},
  columns = {${trusted(struct)}},
  auto_detect = false,
  header = true,
  delim = ',',
  quote = '"',
  escape = '"',
  nullstr = '',
  allow_quoted_nulls = false,
  strict_mode = true,
  null_padding = false,
  compression = 'none',
  hive_partitioning = false,
  filename = ${text(FILE_COLUMN)}
)`;
}

function positioned(index: number): string {
  return `c${index}`;
}
