import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { micros, parseInstant, TeselaError } from "@tesela/core";
import { openOfflineStore, spinePath, type SpineFormat } from "@tesela/offline-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEngine } from "../engine/engine.ts";
import { query } from "../testing/tables.ts";
import { openSpineTable, type SpineHints } from "./open-spine.ts";

let root: string;
let count = 0;
const engine = createEngine({
  memoryBytes: 256e6,
  threads: 2,
  tempRoot: join(tmpdir(), `spine-${process.pid}`),
});
let offlineStore: ReturnType<typeof openOfflineStore>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "open-spine-"));
  offlineStore = openOfflineStore(root);
  await offlineStore.start();
});
afterAll(async () => {
  await engine.stop();
  await offlineStore.stop();
  await rm(root, { recursive: true });
});

const NONE: SpineHints = { keys: [], timestampKey: null };
const HINTS: SpineHints = {
  keys: [
    { name: "code", type: "string" },
    { name: "id", type: "int64" },
    { name: "raw", type: "bytes" },
  ],
  timestampKey: "at",
};

async function opened<T>(
  format: SpineFormat,
  content: string | Uint8Array,
  hints: SpineHints,
  look: (path: string) => Promise<T>,
): Promise<T> {
  const path = spinePath(`t${++count}`, format);
  await using scratch = await offlineStore.createScratch();
  const file = join(scratch.directory, "file");
  await writeFile(file, content);
  await offlineStore.put(file, path);
  await using table = await openSpineTable({ engine, offlineStore }, path, hints, {});
  return await look(table.localPath);
}

/** Columns with their types, then rows, as text. */
async function read(
  format: SpineFormat,
  content: string | Uint8Array,
  hints: SpineHints = NONE,
): Promise<{ types: Record<string, string>; rows: (string | null)[][] }> {
  return opened(format, content, hints, async (path) => {
    const described = await query(`select column_name, column_type from (describe select * from '${path}')`);
    const names = described.map(([name]) => `"${String(name).replaceAll('"', '""')}"::varchar`);
    const rows = await query(`select ${names.join(", ")} from read_parquet('${path}')`);
    return {
      types: Object.fromEntries(described) as Record<string, string>,
      rows: rows as (string | null)[][],
    };
  });
}

async function failure(
  format: SpineFormat,
  content: string | Uint8Array,
  hints = NONE,
): Promise<TeselaError> {
  const error: unknown = await read(format, content, hints).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TeselaError) return error;
  throw new Error(`expected a TeselaError, found ${String(error)}`);
}

const INSTANTS = [
  "2024-01-31T12:00:00Z",
  "2024-01-31 12:00:00",
  "2024-01-31",
  "2024-01-31T12:00",
  "2024-01-31T12:00:00.1234567Z",
  "1969-12-31T23:59:59.9999999Z",
  "2024-01-31T12:00:00,5+05:30",
  "2024-01-31T12:00:00-0800",
  "2024-01-31T12:00:00 UTC",
  "2024-01-31T24:00:00Z",
  "0001-01-01T00:00:00Z",
  "-000001-03-01",
  "+012024-02-29T00:00:00+14",
  "2024-02-30",
  "2024-13-01",
  "2024-01-31T25:00:00Z",
  "2024-01-31T12:60:00Z",
  "2024-01-31T12:00:00+19:00",
  "2024-01-31T12:00:00+05:60",
  "31.01.2024",
  "1706702400",
  "now",
];

function isInstant(text: string): boolean {
  try {
    parseInstant(text);
    return true;
  } catch {
    return false;
  }
}

describe.each(["csv", "ndjson"] as const)("an instant in %s is what core reads (TIME T1)", (format) => {
  const hints = { keys: [], timestampKey: "at" };
  const fileOf = (text: string): string =>
    format === "csv" ? `at,x\n"${text}",1\n` : `${JSON.stringify({ at: text })}\n`;

  test.each(INSTANTS.filter(isInstant))("%s", async (text) => {
    const found = await opened(format, fileOf(text), hints, (path) =>
      query(`select epoch_us("at")::varchar, typeof("at") from '${path}'`),
    );
    expect(found).toEqual([[String(parseInstant(text)), "TIMESTAMP"]]);
  });

  test.each(INSTANTS.filter((text) => !isInstant(text)))("%s is none", async (text) => {
    expect(await failure(format, fileOf(text), hints)).toMatchObject({ code: "VALIDATION" });
  });
});

describe("a CSV file", () => {
  test("has join keys of their views' types, and a column of instants", async () => {
    const content = "code,id,raw,at\n007,9007199254740993,YWI=,2024-01-01\n7,-1,,\n";
    const { types, rows } = await read("csv", content, HINTS);
    expect(types).toEqual({ code: "VARCHAR", id: "BIGINT", raw: "BLOB", at: "TIMESTAMP" });
    expect(rows).toEqual([
      ["007", "9007199254740993", "ab", "2024-01-01 00:00:00"],
      ["7", "-1", null, null],
    ]);
  });

  test.each<[string, readonly string[], string]>([
    ["canonical integers", ["0", "-1", "9223372036854775807", ""], "BIGINT"],
    ["integers with leading zeros", ["1", "007"], "VARCHAR"],
    ["integers with a plus", ["+1"], "VARCHAR"],
    ["integers with spaces", ["1 ", "2"], "VARCHAR"],
    ["integers beyond int64", ["9223372036854775808"], "VARCHAR"],
    ["decimal numbers", ["1.5", "-0.25", "2", "1e+21", "1e-7", ""], "DOUBLE"],
    ["decimals that would lose a zero", ["1.5", "1.10"], "VARCHAR"],
    ["decimals that would lose digits", ["0.1234567890123456789"], "VARCHAR"],
    ["decimals with leading zeros", ["00.5"], "VARCHAR"],
    ["NaN and infinity", ["nan", "inf", "1"], "VARCHAR"],
    ["true and false", ["true", "false", ""], "BOOLEAN"],
    ["other words of truth", ["True", "no"], "VARCHAR"],
    ["dates", ["2024-01-01"], "VARCHAR"],
    ["nothing", ["", ""], "VARCHAR"],
  ])("whose column holds %s gives the type that prints it back", async (_, values, type) => {
    const { types, rows } = await read("csv", ["k,v", ...values.map((value) => `a,${value}`)].join("\n"));
    expect(types).toEqual({ k: "VARCHAR", v: type });
    const read_ = rows.map(([, value]) => value ?? "");
    expect(type === "DOUBLE" ? read_.map(Number) : read_).toEqual(
      type === "DOUBLE" ? values.map(Number) : values,
    );
  });

  test("keeps quotes, commas, line ends, empty texts apart from nulls, a byte order mark and any name", async () => {
    const content = '\ufeffid,"na""m,e",x\r\n"a,b","""q""",\r\n,"","two\r\nlines"\r\n';
    const { types, rows } = await read("csv", content);
    expect(Object.keys(types)).toEqual(["id", 'na"m,e', "x"]);
    expect(rows).toEqual([
      ["a,b", '"q"', null],
      [null, "", "two\r\nlines"],
    ]);
  });

  test("without rows keeps its columns", async () => {
    expect(await read("csv", "id,at", HINTS)).toEqual({ types: { id: "BIGINT", at: "TIMESTAMP" }, rows: [] });
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["too few fields", "id,at\n1,2024-01-01\n2\n", /^Line 3 /],
    ["too many fields", "id,at\n1,2024-01-01\n2,2024-01-01,x\n", /^Line 3 .*3/],
    ["an open quote", 'id,at\n1,"2024\n2,2024-01-01\n', /^Line 2 /],
    ["no UTF-8", new Uint8Array([0x69, 0x64, 0x0a, 0x31, 0x0a, 0xff, 0xfe, 0x0a]), /UTF-8|utf-8/],
    [
      "a key of another type",
      "id,at\n1,2024-01-01\n1.5,2024-01-01\n",
      /^Line 3 .*"id" is "1.5", expected an int64/,
    ],
    [
      "no instant",
      "id,at\n1,2024-01-01\n2,yesterday\n",
      /^Line 3 .*"at" is "yesterday", expected an instant/,
    ],
    ["a name twice", "id,ID\n1,2\n", /^Line 1 .*"ID" stands twice/],
    ["a column without a name", "id,\n1,2\n", /^Line 1 .*column 2 has no name/],
    ["nothing", "", /^Line 1 .*no header/],
  ])("with %s is refused by its line", async (_, content, message) => {
    const error = await failure("csv", content, HINTS);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: "VALIDATION" });
    expect(error.message).not.toContain(root);
  });

  test("is read whole and in order when it is large", async () => {
    const lines = Array.from({ length: 300_000 }, (_, index) => `${index},"k\n${index % 7}",${index / 4}`);
    const found = await opened("csv", `id,k,f\n${lines.join("\n")}\n`, HINTS, (path) =>
      query(`select count(*)::varchar, bool_and(id = file_row_number and f = id / 4), min(typeof(f))
             from read_parquet('${path}', file_row_number = true)`),
    );
    expect(found).toEqual([["300000", true, "DOUBLE"]]);
  });
});

describe("an NDJSON file", () => {
  test("has join keys of their views' types, and a column of instants", async () => {
    const lines = [
      { code: "007", id: 1, raw: "YWI=", at: "2024-01-01" },
      { code: null, id: "9007199254740993", at: null },
    ];
    const { types, rows } = await read("ndjson", lines.map((line) => JSON.stringify(line)).join("\n"), HINTS);
    expect(types).toEqual({ code: "VARCHAR", id: "BIGINT", raw: "BLOB", at: "TIMESTAMP" });
    expect(rows).toEqual([
      ["007", "1", "ab", "2024-01-01 00:00:00"],
      [null, "9007199254740993", null, null],
    ]);
  });

  test.each<[string, readonly string[], string, readonly (string | null)[]]>([
    ["integers", ["0", "9007199254740993", "-9223372036854775808", "null"], "BIGINT", []],
    [
      "integers beyond int64",
      ["1", "12345678901234567890123"],
      "DECIMAL(38,0)",
      ["1", "12345678901234567890123"],
    ],
    ["numbers", ["1.50", "2", "1E5"], "DOUBLE", ["1.5", "2.0", "100000.0"]],
    ["numbers that float64 cannot hold together", ["1.5", "9007199254740993"], "JSON", []],
    ["numbers beyond float64", ["1e400"], "JSON", []],
    ["strings", ['"1"', '"007"', '"x\\u00e9"'], "VARCHAR", ["1", "007", "xé"]],
    ["truth", ["true", "false"], "BOOLEAN", ["true", "false"]],
    ["several kinds", ["1", '"1"', "true"], "JSON", ["1", '"1"', "true"]],
    ["lists and objects", ["[1,2]", '{"a":1}'], "JSON", ["[1,2]", '{"a":1}']],
    ["nothing", ["null"], "VARCHAR", [null]],
  ])("whose column holds %s is exact", async (_, values, type, expected) => {
    const { types, rows } = await read("ndjson", values.map((value) => `{"k":"a","v":${value}}`).join("\n"));
    expect(types).toEqual({ k: "VARCHAR", v: type });
    const plain = values.map((value) => (value === "null" ? null : value));
    expect(rows.map(([, value]) => value)).toEqual(expected.length > 0 ? expected : plain);
  });

  test("has its columns in the order of their first appearance; absent is null, empty lines are skipped", async () => {
    const { types, rows } = await read("ndjson", '{"b":"1","a":"2"}\r\n\r\n{"a":"3","né\\"w":"4"}');
    expect(Object.keys(types)).toEqual(["b", "a", 'né"w']);
    expect(rows).toEqual([
      ["1", "2", null],
      [null, "3", "4"],
    ]);
  });

  test("without rows has its keys and its instants (TIME T10)", async () => {
    expect(await read("ndjson", "", HINTS)).toEqual({
      types: { code: "VARCHAR", id: "BIGINT", raw: "BLOB", at: "TIMESTAMP" },
      rows: [],
    });
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["broken JSON", '{"id":1}\n{"id":2\n{"id":3}\n', /^Line 2 /],
    ["two objects in a line", '{"id":1}\n{"id":2} {"id":3}\n', /^Line 2 /],
    ["a line that is no object", '{"id":1}\n[2]\n', /^Line 2 .*no object/],
    ["a key twice", '{"id":1}\n{"id":1,"id":2}\n', /^Line 2 .*"id" stands twice/],
    ["names that differ in case alone", '{"id":1,"ID":2}\n', /"ID" stands twice/],
    ["a fraction for an int64", '{"id":1}\n{"id":2.0}\n', /^Line 2 .*"id" is "2.0", expected an int64/],
    ["a number for a text", '{"code":"7"}\n{"code":7}\n', /^Line 2 .*"code" is "7", expected a string/],
    [
      "a number for an instant",
      '{"at":"2024-01-01"}\n{"at":17}\n',
      /^Line 2 .*"at" is "17", expected an instant/,
    ],
    ["no UTF-8", new Uint8Array([...Buffer.from('{"id":"'), 0xff, ...Buffer.from('"}\n')]), /^Line 1 /],
  ])("with %s is refused by its line", async (_, content, message) => {
    const error = await failure("ndjson", content, HINTS);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: "VALIDATION" });
    expect(error.message).not.toContain(root);
  });
});

test("a Parquet file is opened as it is, and stays when it is disposed of", async () => {
  const file = join(root, "source.parquet");
  await query(
    `copy (select 1.5::decimal(9,3) as d, uuid() as u, interval 1 day as i) to '${file}' (format parquet)`,
  );
  const path = spinePath("parquet-one");
  await using scratch = await offlineStore.createScratch();
  const copy = join(scratch.directory, "copy");
  await writeFile(copy, await (await import("node:fs/promises")).readFile(file));
  await offlineStore.put(copy, path);
  {
    await using table = await openSpineTable({ engine, offlineStore }, path, NONE, {});
    expect(await query(`select typeof(d) from '${table.localPath}'`)).toEqual([["DECIMAL(9,3)"]]);
  }
  expect(await offlineStore.stat(path)).not.toBeNull();
  expect(micros(1n)).toBe(1n);
});
