import { join } from "node:path";
import * as duckdb from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { readWithDuckdb } from "./duckdb-reader.ts";
import { writeWithDuckdb } from "./duckdb-writer.ts";
import { fileOnDisk } from "./frame-file.ts";
import { readRows } from "./frame-reader.ts";
import { openSource } from "./frame-source.ts";
import { spineTypes } from "./spine-types.ts";
import type { SpineHints, SpineRow } from "./spine.ts";
import { duckdbFrames } from "./testing/duckdb-frames.ts";

const frames = duckdbFrames();
const HINTS: SpineHints = { timestampKey: "at", keyTypes: { id: "int64" } };

/** Every type, with nulls, the ends of each, and what might be lost on the way. */
const ROWS: readonly SpineRow[] = Array.from({ length: 5_000 }, (_, row) => ({
  id: row % 7 === 0 ? null : 2n ** 53n + BigInt(row),
  ends: row % 2 === 0 ? 2n ** 63n - 1n : -(2n ** 63n),
  f: [Number.NaN, Number.POSITIVE_INFINITY, 0.1, -0, null][row % 5],
  s: ["", "日本🛫\ufeff", "a\0b", "007", null][row % 5],
  b: [true, false, null][row % 3],
  x: row % 3 === 0 ? null : new Uint8Array([0, 255, row % 256]),
  at: row % 11 === 0 ? null : [`2024-01-31T12:00:00.000${100 + (row % 900)}Z`, new Date(-1)][row % 2],
  day: new Date(row * 86_400_000),
}));

describe("with DuckDB", () => {
  it("rows are written and read as they are without it", async () => {
    const { folder } = frames.current;
    const path = join(folder, "duckdb.parquet");
    await writeWithDuckdb(duckdb, { path, folder }, ROWS, spineTypes(ROWS, HINTS));
    const file = await fileOnDisk(path, () => Promise.resolve());
    const source = await openSource(file.bytes, new Set(["ends"]));
    const plain = await readRows(source, 0, ROWS.length);
    expect(plain[1]).toMatchObject({
      id: 2n ** 53n + 1n,
      s: "日本🛫\ufeff",
      at: "1969-12-31T23:59:59.999000Z",
    });
    expect(await readWithDuckdb(duckdb, { path, folder }, source)).toBeNull();
    const text = ROWS.map(({ x: _, ...row }) => row);
    await writeWithDuckdb(duckdb, { path: `${path}2`, folder }, text, spineTypes(text, HINTS));
    const second = await openSource(
      (await fileOnDisk(`${path}2`, () => Promise.resolve())).bytes,
      new Set(["ends"]),
    );
    const rows = await readWithDuckdb(duckdb, { path: `${path}2`, folder }, second);
    expect(rows).toEqual(await readRows(second, 0, ROWS.length));
    expect(rows).toEqual(plain.map(({ x: _, ...row }) => row));
  });

  it("what only a calendar of infinities holds is read without it", async () => {
    const query = `select i as id, if(i = 3, timestamp 'infinity', make_timestamp(i)) as "at" from range(50_001) t(i)`;
    await using frame = await frames.current.frameOf(query);
    const rows = await frame.toRows();
    expect(rows).toHaveLength(50_001);
    expect([rows[2], rows[3]]).toEqual([
      { id: 2n, at: "1970-01-01T00:00:00.000002Z" },
      { id: 3n, at: "infinity" },
    ]);
  });
});
