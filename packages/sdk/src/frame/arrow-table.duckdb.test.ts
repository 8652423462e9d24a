import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { encodeSpine } from "./encode-spine.ts";
import { duckdbFrames } from "./testing/duckdb-frames.ts";

const duckdb = duckdbFrames();

describe("an Arrow table", () => {
  it("of a frame holds every value, instants to the microsecond", async () => {
    await using frame = await duckdb.current.frameOf(
      `select * from (values
         (9007199254740993::bigint, 1.5, 'x', true, timestamp '2024-01-31 12:00:00.000400', [1, null], 'ab'::blob),
         (null, null, null, null, null, null, null)
       ) t(i, f, s, b, "at", l, x)`,
      [],
      ", row_group_size 2048",
    );
    const table = await frame.toArrow();
    expect(table.numRows).toBe(2);
    const first = table.get(0)!;
    expect([first["i"], first["f"], first["s"], first["b"]]).toEqual([9007199254740993n, 1.5, "x", true]);
    expect((table.getChild("at")!.data[0]!.values as BigInt64Array)[0]).toBe(1706702400000400n);
    expect([...(first["l"] as Iterable<unknown>)]).toEqual([1n, null]);
    expect(first["x"]).toEqual(new Uint8Array([97, 98]));
    expect(Object.values(table.get(1)!.toJSON())).toEqual(Array(7).fill(null));
  });

  it("as a spine is written with every value exact, whatever the unit", async () => {
    const arrow = await import("apache-arrow");
    const micros = arrow.makeData({
      type: new arrow.TimestampMicrosecond("UTC"),
      length: 2,
      nullCount: 1,
      nullBitmap: new Uint8Array([1]),
      data: BigInt64Array.from([1706702400000400n, 0n]),
    });
    const nanos = arrow.makeData({
      type: new arrow.TimestampNanosecond(),
      length: 2,
      data: BigInt64Array.from([-1n, 1999n]),
    });
    const table = new arrow.Table({
      at: new arrow.Vector([micros]),
      ns: new arrow.Vector([nanos]),
      id: arrow.vectorFromArray([9007199254740993n, null], new arrow.Int64()),
      small: arrow.vectorFromArray([-1, 2], new arrow.Int16()),
      big: arrow.vectorFromArray([18446744073709551615n, 0n], new arrow.Uint64()),
      f: arrow.vectorFromArray([1.5, null], new arrow.Float64()),
      k: arrow.vectorFromArray(["a", "a"], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
      s: arrow.vectorFromArray(["x", null], new arrow.Utf8()),
      b: arrow.vectorFromArray([true, null], new arrow.Bool()),
      d: arrow.vectorFromArray([new Date("2024-01-31"), null], new arrow.DateDay()),
      l: arrow.vectorFromArray([[1n, 2n], null], new arrow.List(new arrow.Field("item", new arrow.Int64()))),
    });
    const path = join(duckdb.current.folder, "arrow.parquet");
    await writeFile(path, await encodeSpine(table, { timestampKey: null, keyTypes: {} }));
    const types = await duckdb.current.connection.runAndReadAll(
      `select column_type from (describe select * from '${path}')`,
    );
    expect(types.getRows().flat()).toEqual([
      "TIMESTAMP WITH TIME ZONE",
      "TIMESTAMP_NS",
      "BIGINT",
      "SMALLINT",
      "UBIGINT",
      "DOUBLE",
      "VARCHAR",
      "VARCHAR",
      "BOOLEAN",
      "DATE",
      "BIGINT[]",
    ]);
    const rows = await duckdb.current.connection.runAndReadAll(
      `select epoch_us("at")::varchar, epoch_ns(ns)::varchar, id::varchar, small, big::varchar, f, k, s, b, d::varchar, l::varchar from '${path}'`,
    );
    expect(rows.getRowsJson()).toEqual([
      [
        "1706702400000400",
        "-1",
        "9007199254740993",
        -1,
        "18446744073709551615",
        1.5,
        "a",
        "x",
        true,
        "2024-01-31",
        "[1, 2]",
      ],
      [null, "1999", null, 2, "0", null, "a", null, null, null, null],
    ]);
  });

  it("of a type that no spine has is refused by its column", async () => {
    const arrow = await import("apache-arrow");
    const struct = new arrow.Struct([new arrow.Field("a", new arrow.Int32())]);
    const table = new arrow.Table({ odd: arrow.vectorFromArray([{ a: 1 }], struct) });
    await expect(encodeSpine(table, { timestampKey: null, keyTypes: {} })).rejects.toThrow('Column "odd"');
  });
});
