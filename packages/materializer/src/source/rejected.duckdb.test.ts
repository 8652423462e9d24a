import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TimeRange } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import { days, table, writeParquet } from "../testing/tables.ts";
import { compiled, viewOf } from "../testing/views.ts";
import { rejectedOf } from "./incremental-events.ts";
import { openView } from "./view-source.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "rejected-")));
const sources = join(root, "sources");
const engine = createEngine({ memoryBytes: 256e6, threads: 1, tempRoot: join(root, "engines") });
const view = compiled(viewOf("v", [{ kind: "attribute", name: "amount", type: "int64" }]));

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  const rows = [
    "1, 01-01 10:00, 1",
    "null, 01-01 11:00, 2",
    "null, 01-02 00:00, 3",
    "1, null, 4",
    "null, null, 5",
  ];
  const columns = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";
  await writeParquet(join(sources, "events.parquet"), table(columns, ...rows));
});
afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

async function rejected(range: TimeRange, countsTimeless: boolean): Promise<number> {
  const opened = await openView({ engine, roots: [sources], limits: defaultParquetLimits }, view);
  const statements = [{ sql: rejectedOf(view, opened, range, countsTimeless).text, rows: true }];
  const { results } = await engine.run({ statements, files: opened.paths });
  return Number(results[0]![0]![0]);
}

test("a range rejects the rows without a key that are of it, and those without a time, which are of none", async () => {
  expect(await rejected(days(1, 2), true)).toBe(1 + 2);
  expect(await rejected(days(2, 3), true)).toBe(1 + 2);
  expect(await rejected(days(3, 4), true)).toBe(2);
});

test("parts of a range together count each row once", async () => {
  const parts = [await rejected(days(1, 2), true), await rejected(days(2, 3), false)];
  expect(parts).toEqual([3, 1]);
  expect(await rejected(days(1, 3), true)).toBe(4);
});
