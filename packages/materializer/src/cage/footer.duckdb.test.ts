import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine } from "../engine/engine.ts";
import { inspectParquet } from "./footer.ts";
import { defaultParquetLimits } from "./parquet-limits.ts";

const root = mkdtempSync(join(tmpdir(), "footer-"));
const engine = createEngine({ memoryBytes: 512e6, threads: 2, tempRoot: join(root, "engines") });
const good = join(root, "good.parquet");
const reordered = join(root, "reordered.parquet");
const narrower = join(root, "narrower.parquet");
const retyped = join(root, "retyped.parquet");
const constant = join(root, "constant.parquet");

beforeAll(async () => {
  await write(good, "select range as id, 'x' || range as name, {'a': [range]} as nested from range(1000)");
  await write(reordered, "select 'x' as name, {'a': [1::bigint]} as nested, 1::bigint as id");
  await write(narrower, "select 1::bigint as id, 'x' as name");
  await write(retyped, "select '1' as id, 'x' as name, {'a': [1::bigint]} as nested");
  await write(constant, "select 1::bigint as x, 2::bigint as y from range(5_000_000)");
});

afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

async function write(path: string, query: string): Promise<void> {
  await engine.run({ statements: [{ sql: `copy (${query}) to '${path}' (format parquet)` }], files: [path] });
}

function inspect(...paths: readonly string[]) {
  return inspectParquet(engine, paths, defaultParquetLimits);
}

function damaged(name: string, damage: (bytes: Buffer) => Buffer): string {
  const path = join(root, name);
  writeFileSync(path, damage(readFileSync(good)));
  return path;
}

it("a footer tells rows, columns with nested types, sizes and the writer", async () => {
  const [file] = await inspect(good);
  expect(file).toMatchObject({
    path: good,
    rows: 1000n,
    bytes: BigInt(statSync(good).size),
    columns: [
      { name: "id", type: "BIGINT" },
      { name: "name", type: "VARCHAR" },
      { name: "nested", type: "STRUCT(a BIGINT[])" },
    ],
  });
  expect(file?.inflatedBytes).toBeGreaterThanOrEqual(32_000n);
  expect(file?.createdBy).toMatch(/DuckDB/);
  expect(file?.changedAt).toBe(statSync(good, { bigint: true }).mtimeNs / 1_000n);
});

describe("a file that is no whole Parquet file is refused and named", () => {
  it.each([
    ["truncated.parquet", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ["empty.parquet", () => Buffer.alloc(0)],
    ["tiny.parquet", () => Buffer.from("PAR1")],
    ["text.parquet", () => Buffer.from("not a parquet file, however long it may be")],
    ["no-footer.parquet", (bytes: Buffer) => (bytes.fill(0xff, bytes.length - 300, bytes.length - 8), bytes)],
    ["long-footer.parquet", (bytes: Buffer) => (bytes.writeUInt32LE(0x7fffffff, bytes.length - 8), bytes)],
  ])("%s", async (name, damage) => {
    const attempt = inspect(good, damaged(name, damage));
    await expect(attempt).rejects.toMatchObject({ code: "SOURCE_INVALID", details: { file: name } });
    await expect(attempt).rejects.toThrow(name);
  });

  it("a file that does not exist is missing", async () => {
    await expect(inspect(join(root, "nope.parquet"))).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });

  it("a directory is no Parquet file", async () => {
    await expect(inspect(root)).rejects.toMatchObject({ code: "SOURCE_INVALID" });
  });
});

describe("limits", () => {
  it("a file that claims far more than its size can hold is refused", async () => {
    expect(statSync(constant).size).toBeLessThan(80_000);
    await expect(inspect(constant)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await expect(inspect(constant)).rejects.toThrow(
      /constant.parquet.*inflates from \d+ to 80000000 bytes.*1000 times/,
    );
  });

  it.each([
    ["rows", { maxRows: 999n }, /good.parquet" claims 1000 rows; the limit is 999/],
    ["columns", { maxColumns: 2 }, /good.parquet" has 3 columns; the limit is 2/],
    ["inflated size", { maxInflatedBytes: 1000n }, /good.parquet" inflates to \d+ bytes; the limit is 1000/],
  ])("%s beyond the limit are refused", async (_, limit, words) => {
    const attempt = inspectParquet(engine, [good], { ...defaultParquetLimits, ...limit });
    await expect(attempt).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await expect(attempt).rejects.toThrow(words);
  });
});

describe("the files of one source", () => {
  it("may have their columns in another order", async () => {
    expect(await inspect(good, reordered)).toHaveLength(2);
  });

  it("may lack a column: it is missed where it is asked for", async () => {
    expect(await inspect(good, narrower)).toHaveLength(2);
  });

  it("must not differ in a column's type", async () => {
    await expect(inspect(good, retyped)).rejects.toThrow(
      /retyped.parquet.*"id" as VARCHAR.*good.parquet.*BIGINT/,
    );
  });
});
