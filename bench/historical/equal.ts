import type { Engine } from "./engine.ts";

/**
 * Throws unless two Parquet files hold the same rows in the same order, columns by their place; numbers may
 * differ by a share of themselves (or of 1).
 */
export async function expectEqual(
  engine: Engine,
  ours: string,
  theirs: string,
  columns: { readonly all: number; readonly doubles: readonly number[] },
  tolerance = 1e-9,
): Promise<void> {
  const conditions = Array.from({ length: columns.all }, (_, index) => {
    const [a, b] = [`a.c${index}`, `b.c${index}`];
    const same = `${a} is not distinct from ${b}`;
    if (!columns.doubles.includes(index)) return same;
    return `(${same} or coalesce(abs(${a} - ${b}) <= ${tolerance} * greatest(1, abs(${a}), abs(${b})), false))`;
  });
  const [rows, unequal] = await engine.first(`
select count(*), count(*) filter (where a.n is null or b.n is null or not (${conditions.join(" and ")}))
from (${numbered(ours, columns.all)}) as a
full join (${numbered(theirs, columns.all)}) as b on a.n = b.n`);
  if (unequal !== "0") throw new Error(`${unequal} of ${rows} rows differ between ${ours} and ${theirs}`);
}

function numbered(path: string, columns: number): string {
  const names = [...Array.from({ length: columns }, (_, index) => `c${index}`), "n"];
  return `select * from read_parquet('${path}', file_row_number = true) as rows(${names.join(", ")})`;
}
