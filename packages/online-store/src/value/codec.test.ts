import { micros, type PartialCell, type PartialScalar, type PartialValue } from "@tesela/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { decodeAttributes, decodeNewest, encodeAttributes } from "./attribute-value.ts";
import { foldCells, readCells, skipCells, writeCells, type Cell, type CellType } from "./cell-codec.ts";
import { FORMAT_VERSION } from "./header.ts";
import { decodeTiles, encodeTiles } from "./tile-value.ts";

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

const scalarOf: Readonly<Record<PartialScalar, fc.Arbitrary<PartialCell>>> = {
  int64,
  timestamp: int64,
  int128: fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }),
  float64: fc.double(),
  string: fc.string({ unit: "binary" }),
  bytes: fc.uint8Array(),
  bool: fc.boolean(),
};

const cellOf: Readonly<Record<string, fc.Arbitrary<Cell>>> = Object.fromEntries(
  Object.entries(scalarOf).flatMap(([type, scalar]) => [
    [type, scalar as fc.Arbitrary<Cell>],
    [`${type}[]`, fc.array(scalar, { maxLength: 40 })],
  ]),
);

const row = fc
  .array(fc.constantFrom(...(Object.keys(cellOf) as CellType[])), { maxLength: 20 })
  .chain((types) =>
    fc.record({
      types: fc.constant(types),
      cells: fc.tuple(...types.map((type) => fc.option(cellOf[type]!, { nil: null }))),
    }),
  );

test("every cell comes back as it was written, nulls and 64- and 128-bit extremes too", () => {
  fc.assert(
    fc.property(row, ({ types, cells }) => {
      const writer = new ByteWriter();
      writeCells(writer, types, cells);
      expect(readCells(new ByteReader(writer.finish()), types)).toEqual(cells);
    }),
  );
});

test("passing over cells ends where reading them does", () => {
  fc.assert(
    fc.property(row, ({ types, cells }) => {
      const writer = new ByteWriter();
      writeCells(writer, types, cells);
      writeCells(writer, types, cells);
      const reader = new ByteReader(writer.finish());
      skipCells(reader, types);
      expect(readCells(reader, types)).toEqual(cells);
    }),
  );
});

test("cells are merged into the partials that are needed; an absent one adds nothing", () => {
  const types: readonly CellType[] = ["int64", "string", "float64", "int64"];
  const add = { merge: (a: PartialValue, b: PartialValue) => ((a ?? 0n) as bigint) + (b as bigint) };
  const latest = { merge: (_: PartialValue, b: PartialValue) => b };
  const writer = new ByteWriter();
  writeCells(writer, types, [5n, "passed over", 1.5, null]);
  const merged: PartialValue[] = [2n, "a", 0.5, 7n];
  const reader = new ByteReader(writer.finish());
  foldCells(reader, types, merged, [true, false, true, true], [add, latest, latest, add]);
  expect(merged).toEqual([7n, "a", 1.5, 7n]);
});

test("a list is its length and its scalars; an empty list is not an absent one", () => {
  const writer = new ByteWriter();
  writeCells(writer, ["bool[]", "int64[]", "bytes[]"], [[true, false], [], null]);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe(["03", "00000002", "0100", "00000000"].join(""));
});

test("a value that was cut short is refused, wherever it was cut", () => {
  fc.assert(
    fc.property(row, fc.nat(), ({ types, cells }, cut) => {
      const writer = new ByteWriter();
      writeCells(writer, types, cells);
      const whole = writer.finish();
      fc.pre(whole.length > 0);
      const part = whole.subarray(0, cut % whole.length);
      expect(() => readCells(new ByteReader(part), types)).toThrow(RangeError);
    }),
  );
});

test("a list that claims more than there is allocates nothing", () => {
  const claim = Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff);
  expect(() => readCells(new ByteReader(claim), ["int64[]"])).toThrow(RangeError);
});

test("a byte order mark is part of the text", () => {
  const writer = new ByteWriter();
  writeCells(writer, ["string"], ["\ufeffa"]);
  expect(readCells(new ByteReader(writer.finish()), ["string"])).toEqual(["\ufeffa"]);
});

test("TIME T3: the newest row before a bound is the one that is found among all of them", () => {
  const entries = fc.array(fc.tuple(fc.bigInt({ min: -5n, max: 5n }), row), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(entries, fc.bigInt({ min: -6n, max: 6n }), (some, at) => {
      const { types, cells } = some[0]![1];
      const times = [...new Set(some.map(([time]) => time))].toSorted((a, b) => Number(a - b));
      const rows = times.map((time, index) => ({
        eventTime: micros(time),
        commitSeq: 3n,
        cells: index % 2 === 0 ? cells : cells.map(() => null),
      }));
      const value = encodeAttributes(7n, types, rows);
      const newest = rows.findLast(({ eventTime }) => eventTime < at);
      const expected = newest === undefined ? null : { eventTime: newest.eventTime, cells: newest.cells };
      expect(decodeNewest(value, types, micros(at))).toEqual(expected);
    }),
  );
  expect(decodeNewest(null, [], micros(0n))).toBeNull();
});

test("a value begins with its format version and its stamp, big endian", () => {
  const value = encodeTiles(258n, ["int64"], []);
  expect([...value.subarray(0, 9)]).toEqual([1, 0, 0, 0, 0, 0, 0, 1, 2]);
});

test("golden: format 1 of attributes is read for ever", () => {
  const golden = "0100000000000000070000000100000000000f424000000000000000050300000001613ff8000000000000";
  const entries = [{ eventTime: micros(1_000_000n), commitSeq: 5n, cells: ["a", 1.5] }];
  const value = Buffer.from(golden, "hex");
  const types: readonly CellType[] = ["string", "float64"];
  expect(decodeAttributes(value, types)).toEqual(entries);
  const { eventTime, cells } = entries[0]!;
  expect(decodeNewest(value, types, micros(1_000_001n))).toEqual({ eventTime, cells });
});

test("golden: format 2 of attributes is read for ever", () => {
  const golden =
    "0200000000000000070200000000000f424001000000000000000503000000016" +
    "13ff800000000000000000000000f42410001" +
    "0000000162";
  const entries = [
    { eventTime: micros(1_000_000n), commitSeq: 5n, cells: ["a", 1.5] },
    { eventTime: micros(1_000_001n), commitSeq: 7n, cells: ["b", null] },
  ];
  expect(Buffer.from(encodeAttributes(7n, ["string", "float64"], entries)).toString("hex")).toBe(golden);
  expect(decodeAttributes(Buffer.from(golden, "hex"), ["string", "float64"])).toEqual(entries);
});

test("any number of rows, of any commits, come back as they were", () => {
  for (const count of [0, 1, 254, 255, 256, 1_000]) {
    const entries = Array.from({ length: count }, (_, index) => ({
      eventTime: micros(BigInt(index)),
      commitSeq: index % 3 === 0 ? 2n ** 63n - 1n : BigInt(index),
      cells: [BigInt(index)],
    }));
    const value = encodeAttributes(2n ** 63n - 1n, ["int64"], entries);
    expect(decodeAttributes(value, ["int64"])).toEqual(entries);
    expect(decodeNewest(value, ["int64"], micros(10n ** 6n))?.cells).toEqual(entries.at(-1)?.cells);
  }
});

test("a row of five numbers is no longer than what a hash of Redis keeps compact by default", () => {
  const entry = { eventTime: micros(1n), commitSeq: 1n, cells: [1, 2, 3, 4, 5] };
  const types = Array.from({ length: 5 }, (): CellType => "float64");
  expect(encodeAttributes(1n, types, [entry]).length).toBeLessThanOrEqual(64);
});

test("golden: format 1 of tiles is read for ever", () => {
  const golden = "010000000000000003000000010000001701ffffffffffffffff";
  const tiles = [{ slot: 23, partials: [-1n, null] }];
  expect(Buffer.from(encodeTiles(3n, ["int64", "float64"], tiles)).toString("hex")).toBe(golden);
  expect(decodeTiles(Buffer.from(golden, "hex"), ["int64", "float64"])).toEqual(tiles);
});

test("a format of a later release is refused", () => {
  const value = encodeTiles(1n, [], []);
  value[0] = FORMAT_VERSION + 1;
  expect(() => decodeTiles(value, [])).toThrow(`format ${FORMAT_VERSION + 1}`);
});
