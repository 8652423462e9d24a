import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeSpine } from "./encode-spine.ts";
import { FeatureFrame } from "./feature-frame.ts";
import { fileInMemory } from "./frame-file.ts";
import type { SpineHints, SpineRow } from "./spine.ts";
import { duckdbFrames } from "./testing/duckdb-frames.ts";

const duckdb = duckdbFrames();

/** Writes a spine and asks DuckDB, as text, what is in it. */
async function written(
  rows: readonly SpineRow[],
  hints: SpineHints,
  select: string,
): Promise<readonly unknown[][]> {
  const path = join(duckdb.current.folder, "spine.parquet");
  await writeFile(path, await encodeSpine(rows, hints));
  return (await duckdb.current.connection.runAndReadAll(`${select} from '${path}'`)).getRowsJson();
}

describe("a spine of rows, written as Parquet, is to DuckDB", () => {
  const hints: SpineHints = { timestampKey: "at", keyTypes: {} };

  it("of the types of core, timestamps without a zone", async () => {
    const row = { i: 1, f: 0.5, s: "x", b: true, at: new Date(0), x: new Uint8Array([0, 255]) };
    const types = 'select typeof(i), typeof(f), typeof(s), typeof(b), typeof("at"), typeof(x)';
    expect(await written([row], hints, types)).toEqual([
      ["BIGINT", "DOUBLE", "VARCHAR", "BOOLEAN", "TIMESTAMP", "BLOB"],
    ]);
  });

  it("exact to the microsecond, also before 1970", async () => {
    const rows = [
      { at: "2024-01-31T12:00:00.000400Z" },
      { at: "2024-01-31T12:00:00.000500Z" },
      { at: "1969-12-31T23:59:59.999999Z" },
      { at: null },
    ];
    expect(await written(rows, hints, 'select epoch_us("at")::varchar')).toEqual([
      ["1706702400000400"],
      ["1706702400000500"],
      ["-1"],
      [null],
    ]);
  });

  it("exact in int64, NaN, infinities, empty and any text, bytes and null", async () => {
    const rows: SpineRow[] = [
      { i: 2n ** 53n + 1n, f: Number.NaN, s: "", x: new Uint8Array() },
      { i: -(2n ** 63n), f: Number.NEGATIVE_INFINITY, s: "日本🛫\ufeff", x: new Uint8Array([0]) },
      { i: 2n ** 63n - 1n, f: 1e300, s: "007", x: new Uint8Array([39, 92]) },
      { i: null, f: null, s: null, x: null },
    ];
    const select = "select i::varchar, f::varchar, s, hex(x)";
    expect(await written(rows, hints, select)).toEqual([
      ["9007199254740993", "nan", "", ""],
      ["-9223372036854775808", "-inf", "日本🛫\ufeff", "00"],
      ["9223372036854775807", "1e+300", "007", "275C"],
      [null, null, null, null],
    ]);
  });

  it("typed when it is empty", async () => {
    const empty: SpineHints = { timestampKey: "at", keyTypes: { id: "int64", code: "string" } };
    const select = "select column_name, column_type from (describe select *";
    const path = join(duckdb.current.folder, "empty.parquet");
    await writeFile(path, await encodeSpine([], empty));
    expect(
      (await duckdb.current.connection.runAndReadAll(`${select} from '${path}')`)).getRowsJson(),
    ).toEqual([
      ["id", "BIGINT"],
      ["code", "VARCHAR"],
      ["at", "TIMESTAMP"],
    ]);
  });

  it("whole and in order when it has many rows", async () => {
    const rows = Array.from({ length: 250_001 }, (_, index) => ({ i: index, s: `k${index % 7}` }));
    const select =
      "select count(*)::varchar, sum(i)::varchar, count(distinct s)::varchar, max(file_row_number)::varchar";
    const path = join(duckdb.current.folder, "many.parquet");
    await writeFile(path, await encodeSpine(rows, hints));
    const source = `read_parquet('${path}', file_row_number = true)`;
    const found = await duckdb.current.connection.runAndReadAll(
      `${select} from ${source} where i = file_row_number`,
    );
    expect(found.getRowsJson()).toEqual([["250001", "31250125000", "7", "250000"]]);
  });
});

describe("a feature frame", () => {
  it("has the columns and values of its file: int64 bigint, counts numbers, instants exact text", async () => {
    await using frame = await duckdb.current.frameOf(
      `select * from (values
         (9007199254740993::bigint, 3::bigint, 1::integer, 'nan'::double, '日本🛫', true, 'ab'::blob,
          make_timestamp(1706702400000400), date '2024-01-31'),
         (null, 0, null, null, null, null, null, make_timestamp(1706702400000500), null)
       ) t(id, "v.count", small, "v.mean", text, flag, raw, "at", day)`,
      ["v.count"],
    );
    expect(frame.rowCount).toBe(2);
    expect(frame.schema).toEqual([
      { name: "id", type: "int64" },
      { name: "v.count", type: "int64" },
      { name: "small", type: "int64" },
      { name: "v.mean", type: "float64" },
      { name: "text", type: "string" },
      { name: "flag", type: "bool" },
      { name: "raw", type: "bytes" },
      { name: "at", type: "timestamp" },
      { name: "day", type: "timestamp" },
    ]);
    expect(await frame.toRows()).toEqual([
      {
        id: 9007199254740993n,
        "v.count": 3,
        small: 1n,
        "v.mean": Number.NaN,
        text: "日本🛫",
        flag: true,
        raw: new Uint8Array([97, 98]),
        at: "2024-01-31T12:00:00.000400Z",
        day: "2024-01-31T00:00:00Z",
      },
      {
        id: null,
        "v.count": 0,
        small: null,
        "v.mean": null,
        text: null,
        flag: null,
        raw: null,
        at: "2024-01-31T12:00:00.000500Z",
        day: null,
      },
    ]);
  });

  it("floors nanoseconds, reads zones as UTC, and tells infinities", async () => {
    await using frame = await duckdb.current.frameOf(
      `select make_timestamp_ns(-1) ns, timestamptz '1970-01-01 02:00:00+02' tz, timestamp 'infinity' inf,
              [1, null]::bigint[] list, 1.5::decimal(9, 3) fixed`,
    );
    expect(frame.schema.map(({ type }) => type)).toEqual([
      "timestamp",
      "timestamp",
      "timestamp",
      "int64[]",
      "float64",
    ]);
    const [row] = await frame.toRows();
    expect(row).toEqual({
      ns: "1969-12-31T23:59:59.999999Z",
      tz: "1970-01-01T00:00:00Z",
      inf: "infinity",
      list: [1n, null],
      fixed: 1.5,
    });
  });

  it("is read in batches, in order, and whole when it is large", async () => {
    await using frame = await duckdb.current.frameOf(
      "select i as id, 'k' || (i % 1000) as k, make_timestamp(i) as at from range(100_000) t(i)",
      [],
      ", row_group_size 30_000",
    );
    const sizes: number[] = [];
    let next = 0n;
    for await (const batch of frame) {
      sizes.push(batch.length);
      for (const row of batch) expect(row["id"] === next++).toBe(true);
    }
    expect(sizes.length).toBeGreaterThan(1);
    expect(next).toBe(100_000n);
    const rows = await frame.toRows();
    expect(rows).toHaveLength(100_000);
    expect(rows.at(-1)).toEqual({ id: 99_999n, k: "k999", at: "1970-01-01T00:00:00.099999Z" });
  });

  it("without rows keeps its columns", async () => {
    await using frame = await duckdb.current.frameOf(
      "select 1::bigint as id, now()::timestamp as at where false",
    );
    expect(await frame.toRows()).toEqual([]);
    expect(frame.schema.map(({ name }) => name)).toEqual(["id", "at"]);
    expect(frame.toString()).toBe("id | at\n---+---\nno rows");
    for await (const batch of frame) expect(batch).not.toHaveLength(0);
  });

  it("prints as an aligned table that says what it leaves out", async () => {
    await using frame = await duckdb.current.frameOf(
      "select i + 9 as id, 'k' || i || chr(10) as k, if(i = 1, null, i / 2) as half from range(1_500) t(i)",
    );
    expect(await frame.toTable(3)).toBe(
      [
        "id | k    | half",
        "---+------+-----",
        " 9 | k0\\n |    0",
        "10 | k1\\n | null",
        "11 | k2\\n |    1",
        "… 1,497 more of 1,500 rows",
      ].join("\n"),
    );
    expect(String(frame).split("\n")).toHaveLength(13);
  });

  it("copies its file, and takes it away when it is disposed", async () => {
    const frame = await duckdb.current.frameOf("select 1::bigint as id");
    const copy = join(duckdb.current.folder, "copy.parquet");
    await frame.toParquet(copy);
    await frame[Symbol.asyncDispose]();
    await frame[Symbol.asyncDispose]();
    await expect(frame.toRows()).rejects.toMatchObject({ code: "FILE_MISSING" });
    const found = await duckdb.current.connection.runAndReadAll(`select id::varchar from '${copy}'`);
    expect(found.getRowsJson()).toEqual([["1"]]);
  });

  it("reads the same from memory", async () => {
    const path = join(duckdb.current.folder, "memory.parquet");
    await duckdb.current.connection.run(`copy (select 7::bigint as id) to '${path}' (format parquet)`);
    const content = new Uint8Array(await readFile(path)).buffer;
    await using frame = await FeatureFrame.open(fileInMemory(content), { counts: new Set(), statistics: {} });
    expect(await frame.toRows()).toEqual([{ id: 7n }]);
  });
});

describe("batches", () => {
  it("have the size that was asked for, but for the last", async () => {
    await using frame = await duckdb.current.frameOf(
      "select i as id from range(70_001) t(i)",
      [],
      ", row_group_size 20_000",
    );
    const sizes: number[] = [];
    let next = 0n;
    for await (const batch of frame.batches({ size: 30_000 })) {
      sizes.push(batch.length);
      for (const { id } of batch) expect(id === next++).toBe(true);
    }
    expect(sizes).toEqual([30_000, 30_000, 10_001]);
    expect(() => frame.batches({ size: 0 })).toThrow("cannot be read");
  });
});

describe("a stream of rows", () => {
  it("has the types of its first rows, and a later one that does not fit is named", async () => {
    async function* rows(last: SpineRow): AsyncGenerator<SpineRow> {
      for (let id = 0; id < 50_000; id++) yield { id, k: "x" };
      yield last;
    }
    const none: SpineHints = { timestampKey: null, keyTypes: {} };
    const path = join(duckdb.current.folder, "stream.parquet");
    await writeFile(path, await encodeSpine(rows({ id: 50_000n, k: null }), none));
    const found = await duckdb.current.connection.runAndReadAll(
      `select count(*), sum(id)::bigint from '${path}'`,
    );
    expect(found.getRows()).toEqual([[50_001n, 1_250_025_000n]]);
    await expect(encodeSpine(rows({ id: 0.5, k: "x" }), none)).rejects.toThrow(
      '"id" of the spine holds float64 in row 50000',
    );
    await expect(encodeSpine(rows({ id: 1, other: 1 }), none)).rejects.toThrow('"other"');
  });
});
