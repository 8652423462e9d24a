import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql, TeselaError, trusted } from "@tesela/core";
import { afterAll, expect, test } from "vitest";
import { createEngine } from "../engine/engine.ts";
import { compiled, viewOf } from "../testing/views.ts";
import { namingColumn } from "./named-column.ts";

const tempRoot = mkdtempSync(join(tmpdir(), "named-column-"));
const engine = createEngine({ memoryBytes: 256e6, threads: 1, tempRoot });
afterAll(async () => {
  await engine.stop();
  rmSync(tempRoot, { recursive: true });
});

const view = compiled(viewOf("balance", [{ kind: "attribute", name: "amount", type: "int64" }]));
const rows = sql`select 1::bigint as user_id, timestamp '2024-01-01' as ts, cast(${trusted("'x'")} as bigint) as amount`;

test("a value that cannot be cast names view and column", async () => {
  const thrown = await engine
    .run({ files: [], statements: [rows].map(({ text }) => ({ sql: text })) })
    .catch((error: unknown) => error);
  expect(thrown).toMatchObject({ code: "VALUE_ERROR" });
  const named = await namingColumn(engine, view, rows, [], thrown, {});
  expect(named).toMatchObject({ code: "VALUE_ERROR", details: { view: "balance", column: "amount" } });
  expect((named as Error).message).toContain('column "amount" of feature view "balance"');
});

test("an error of no column is given back as it is", async () => {
  const thrown = new TeselaError("CANCELLED", "stopped");
  expect(await namingColumn(engine, view, rows, [], thrown, {})).toBe(thrown);
});
