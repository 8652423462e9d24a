import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  TeselaError,
  type BatchSourceDefinition,
  type DeclaredColumns,
  type FileBatchConfig,
} from "@tesela/core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import type { WireValue } from "../engine/protocol.ts";
import { checkUnchanged, openSource } from "./source-reader.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "text-")));
const sources = join(root, "sources");
const engine = createEngine({ memoryBytes: 256e6, threads: 2, tempRoot: join(root, "engines") });
const access = { engine, roots: [sources], limits: defaultParquetLimits };
const columns: DeclaredColumns = [
  { name: "id", type: "string" },
  { name: "at", type: "timestamp" },
  { name: "n", type: "int64" },
  { name: "x", type: "float64" },
  { name: "ok", type: "bool" },
];

beforeEach(() => {
  rmSync(sources, { recursive: true, force: true });
  mkdirSync(sources, { recursive: true });
});
afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

function write(name: string, ...lines: readonly string[]): void {
  writeFileSync(join(sources, name), lines.map((line) => `${line}\n`).join(""));
}

function sourceOf(format: FileBatchConfig["format"], of = columns): BatchSourceDefinition {
  const path = format === "csv" ? "*.csv" : "*.ndjson";
  return {
    kind: "batchSource",
    name: "events",
    batch: { format, path, columns: of, timestampField: "at", dataDelay: "0s" },
  };
}

async function rowsOf(
  format: FileBatchConfig["format"],
  of = columns,
): Promise<readonly (readonly WireValue[])[]> {
  const { relation, files } = await openSource(access, sourceOf(format, of));
  const statements = [{ sql: `select * from (${relation.text})`, rows: true }];
  const { results } = await engine.run({ files: files.map(({ path }) => path), statements });
  return results[0]!;
}

async function refusal(work: Promise<unknown>): Promise<TeselaError> {
  const error = await work.then(
    (value) => new Error(`expected a refusal, got ${JSON.stringify(value, (_, v) => String(v))}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof TeselaError) return error;
  throw error;
}

const micros = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;

describe("CSV is read with the declared types, nothing is guessed", () => {
  test("'007' stays a text, an unquoted empty cell is null, a quoted one the empty text", async () => {
    write(
      "a.csv",
      "id,at,n,x,ok",
      "007,2024-01-01,9007199254740993,1.5,true",
      ",,,,",
      '"",,"","",""',
      "1e3,,-7,nan,0",
    );
    expect(await rowsOf("csv")).toEqual([
      ["007", micros("2024-01-01"), 9007199254740993n, 1.5, true],
      [null, null, null, null, null],
      ["", null, null, null, null],
      ["1e3", null, -7n, NaN, false],
    ]);
  });

  test("T1 a timestamp without a zone is UTC, an offset is converted, finer digits are floored", async () => {
    write(
      "a.csv",
      "id,at,n,x,ok",
      "a,2024-01-01T10:00:00Z,,,",
      "b,2024-01-01 10:00:00+02:00,,,",
      "c,2024-01-01T10:00:00.123456789-0130,,,",
      "d,1969-12-31 23:59:59.9999999,,,",
      "e,2024-01-01 10:00,,,",
      "f,2024-01-01T10:00Z,,,",
      "g,2024-01-01 10:00:00.5+02,,,",
    );
    expect((await rowsOf("csv")).map((row) => row[1])).toEqual([
      micros("2024-01-01T10:00:00Z"),
      micros("2024-01-01T08:00:00Z"),
      micros("2024-01-01T11:30:00Z") + 123456n,
      -1n,
      micros("2024-01-01T10:00:00Z"),
      micros("2024-01-01T10:00:00Z"),
      micros("2024-01-01T08:00:00.500Z"),
    ]);
  });

  test("quotes, commas, line breaks, CRLF and a byte order mark are as in RFC 4180", async () => {
    writeFileSync(join(sources, "a.csv"), '\ufeffid,at,"n","x",ok\r\n"a,""b""\nc",,1,2,\r\n');
    expect(await rowsOf("csv")).toEqual([['a,"b"\nc', null, 1n, 2, null]]);
  });

  test("columns stand in any order in each file, and one that was added is ignored", async () => {
    write("a.csv", "id,at,n,x,ok", "a,2024-01-01,1,1,true");
    write("b.csv", "new,ok,x,n,at,id,new", "?,false,2,2,2024-01-02,b,?");
    write("c.csv", "id,at,n,x,ok");
    expect((await rowsOf("csv")).toSorted(([a], [b]) => (a as string).localeCompare(b as string))).toEqual([
      ["a", micros("2024-01-01"), 1n, 1, true],
      ["b", micros("2024-01-02"), 2n, 2, false],
    ]);
  });

  test.each([
    ["removed", "id,at,x,ok", 'The file "a.csv" has no column "n". It has: id, at, x, ok.'],
    [
      "written twice",
      "id,at,n,n,x,ok",
      'The file "a.csv" has the column "n" more than once. It has: id, at, n, n, x, ok.',
    ],
    ["in other letters", "id,at,N,x,ok", 'The file "a.csv" has no column "n". It has: id, at, N, x, ok.'],
    ["in an empty file", null, 'The file "a.csv" has no column "id". It has: .'],
  ])("a column that is %s is SOURCE_INVALID naming file and column", async (_, header, message) => {
    write("a.csv", ...(header === null ? [] : [header]));
    expect(await refusal(openSource(access, sourceOf("csv")))).toMatchObject({
      code: "SOURCE_INVALID",
      message,
    });
  });

  test.each([
    ["a,2024-01-01,1.5,,", '"1.5" in the column "n", which is declared int64'],
    ["a,2024-01-01,99999999999999999999,,", '"99999999999999999999" in the column "n"'],
    ["a,2024-01-01,0x10,,", '"0x10" in the column "n"'],
    ["a,2024-01-01,,1_000,", '"1_000" in the column "x", which is declared float64'],
    ["a,2024-01-01,,,maybe", '"maybe" in the column "ok", which is declared bool'],
    ["a,01/02/2024,,,", '"01/02/2024" in the column "at", which is declared timestamp'],
    ["a,2024-02-30,,,", '"2024-02-30" in the column "at"'],
    ["a,infinity,,,", '"infinity" in the column "at"'],
  ])("%s is SOURCE_INVALID naming file, text and column", async (line, found) => {
    write("a.csv", "id,at,n,x,ok", line);
    const { code, message, fix } = await refusal(rowsOf("csv"));
    expect({ code, message }).toMatchObject({
      code: "SOURCE_INVALID",
      message: expect.stringContaining(`The file "a.csv" has ${found}`) as string,
    });
    expect(fix).toBe("Write the file again, or leave it out of the source.");
  });

  test.each([
    ["too short", "a,2024-01-01", "line 3: Expected Number of Columns: 5 Found: 2."],
    ["too long", "a,2024-01-01,1,1,true,b", "line 3: Expected Number of Columns: 5 Found: 6."],
    ["without its closing quote", '"a,2024-01-01,1,1,true', "line 3: Value with unterminated quote found."],
  ])("a line that is %s is SOURCE_INVALID naming file and line", async (_, line, found) => {
    write("a.csv", "id,at,n,x,ok", "a,2024-01-01,1,1,true", line);
    expect(await refusal(rowsOf("csv"))).toMatchObject({
      code: "SOURCE_INVALID",
      message: `The file "a.csv" cannot be read as CSV, ${found}`,
    });
  });
});

test("each CSV file may end its lines in its own way", async () => {
  writeFileSync(join(sources, "a.csv"), "id,at,n,x,ok\r\na,,1,,\r\n");
  write("b.csv", "id,at,n,x,ok", "b,,2,,");
  expect((await rowsOf("csv")).map((row) => row[0])).toEqual(["a", "b"]);
});

describe("NDJSON is read with the declared types, nothing is guessed", () => {
  test("values, nulls, keys that a line lacks, and keys that are not declared", async () => {
    write(
      "a.ndjson",
      '{"id":"007","at":"2024-01-01T00:00:00.0000019Z","n":9007199254740993,"x":1,"ok":true,"new":{"a":[1]}}',
      '{"id":"a\\nb","at":"2024-01-01 02:00+02","n":"-9223372036854775808","x":"NaN","ok":null}',
      "{}",
    );
    expect(await rowsOf("ndjson")).toEqual([
      ["007", micros("2024-01-01") + 1n, 9007199254740993n, 1, true],
      ["a\nb", micros("2024-01-01"), -9223372036854775808n, NaN, null],
      [null, null, null, null, null],
    ]);
  });

  test("a column that no line of a file has is SOURCE_INVALID naming both; an empty file is fine", async () => {
    write("a.ndjson", '{"id":"a","at":null,"n":1,"x":1,"ok":true}');
    write("b.ndjson");
    expect(await rowsOf("ndjson")).toHaveLength(1);
    write("c.ndjson", '{"id":"a","at":null,"x":1,"ok":true}', '{"id":"b"}');
    expect(await refusal(openSource(access, sourceOf("ndjson")))).toMatchObject({
      code: "SOURCE_INVALID",
      message: 'The file "c.ndjson" has no column "n".',
    });
  });

  test.each([
    ['{"n":1.5}', "1.5", "n", "int64"],
    ['{"n":1e3}', "1000.0", "n", "int64"],
    ['{"n":true}', "true", "n", "int64"],
    ['{"id":7}', "7", "id", "string"],
    ['{"id":["a"]}', '[\\"a\\"]', "id", "string"],
    ['{"at":1704067200}', "1704067200", "at", "timestamp"],
    ['{"ok":"true"}', '\\"true\\"', "ok", "bool"],
  ])("%s is SOURCE_INVALID: retyped", async (line, found, column, type) => {
    const all = '{"id":null,"at":null,"n":null,"x":null,"ok":null}';
    write("a.ndjson", all, line);
    expect(await refusal(rowsOf("ndjson"))).toMatchObject({
      code: "SOURCE_INVALID",
      message: `The file "a.ndjson" has "${found}" in the column "${column}", which is declared ${type}.`,
    });
  });

  test.each(['{"id":', "[1]", '{"id":"a"}{"id":"b"}', "nothing"])(
    "the line %s is SOURCE_INVALID naming the file",
    async (line) => {
      write("a.ndjson", '{"id":null,"at":null,"n":null,"x":null,"ok":null}', line);
      const { code, message } = await refusal(rowsOf("ndjson"));
      expect(code).toBe("SOURCE_INVALID");
      expect(message).toMatch(/^The file "a.ndjson" cannot be read as NDJSON, near line \d: /);
      expect(message).not.toContain(root);
    },
  );

  test("names of columns may hold anything", async () => {
    const of: DeclaredColumns = [
      { name: `it's "a/b~c"`, type: "string" },
      { name: "at", type: "timestamp" },
    ];
    write("a.ndjson", JSON.stringify({ [of[0]!.name]: "x", at: "2024-01-01" }));
    expect(await rowsOf("ndjson", of)).toEqual([["x", micros("2024-01-01")]]);
    write("a.csv", `"it's ""a/b~c""",at`, "x,2024-01-01");
    expect(await rowsOf("csv", of)).toEqual([["x", micros("2024-01-01")]]);
  });
});

describe("files of text", () => {
  test("that change while they are read are SOURCE_INVALID", async () => {
    write("a.csv", "id,at,n,x,ok");
    const opened = await openSource(access, sourceOf("csv"));
    await expect(checkUnchanged([opened])).resolves.toBeUndefined();
    write("a.csv", "id,at,n,x,ok", "a,,,,");
    expect((await refusal(checkUnchanged([opened]))).message).toBe(
      'The file "a.csv" changed while it was read.',
    );
  });

  test("that are too large or too wide exceed a limit", async () => {
    write("a.csv", "id,at,n,x,ok");
    const limited = (limits: Partial<typeof defaultParquetLimits>) =>
      openSource({ ...access, limits: { ...defaultParquetLimits, ...limits } }, sourceOf("csv"));
    expect(await refusal(limited({ maxInflatedBytes: 5n }))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: 'The file "a.csv" has 13 bytes; the limit is 5.',
    });
    expect(await refusal(limited({ maxColumns: 4 }))).toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: 'The file "a.csv" has 5 columns; the limit is 4.',
    });
  });
});
