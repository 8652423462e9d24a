import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TeselaError, type CompiledView } from "@tesela/core";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import { table, writeParquet } from "../testing/tables.ts";
import { compiled, sourceOf, user, viewOf } from "../testing/views.ts";
import { checkUnchanged, fingerprintSources, openSource } from "./source-reader.ts";
import { openView } from "./view-source.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "sources-")));
const sources = join(root, "sources");
const engine = createEngine({ memoryBytes: 256e6, threads: 1, tempRoot: join(root, "engines") });
const access = { engine, roots: [sources], limits: defaultParquetLimits };
const COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";
const events = join(sources, "events.parquet");

beforeEach(async () => {
  rmSync(sources, { recursive: true, force: true });
  await writeSource("events.parquet", COLUMNS, "1, 01-01 10:00, 5");
});
afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

async function writeSource(name: string, columns: string, ...rows: readonly string[]): Promise<string> {
  mkdirSync(sources, { recursive: true });
  const path = join(sources, name);
  await writeParquet(path, table(columns, ...rows));
  return path;
}

function view(sql = "select user_id, ts, amount from events", path = "events.parquet"): CompiledView {
  const feature = { kind: "attribute", name: "amount", type: "int64" } as const;
  return compiled(viewOf("balance", [feature], { transform: { sql } }), COLUMNS, user, path);
}

async function refusal(work: Promise<unknown>): Promise<TeselaError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof TeselaError) return error;
  throw new Error(`expected a refusal, got ${String(error)}`);
}

describe("a source is exact files whose footers were read", () => {
  test("a pattern gives all its files, and their columns", async () => {
    await writeSource("more.parquet", COLUMNS, "2, 01-02 10:00, 6");
    const { files, columns } = await openSource(access, sourceOf("*.parquet"));
    expect(files.map(({ path }) => path)).toEqual([events, join(sources, "more.parquet")]);
    expect(columns.map(({ name, type }) => `${name} ${type}`).join(", ")).toBe(COLUMNS);
  });

  test("a file that is missing is SOURCE_MISSING and names the pattern", async () => {
    const { code, message } = await refusal(openSource(access, sourceOf("nothing.parquet")));
    expect(code).toBe("SOURCE_MISSING");
    expect(message).toContain("nothing.parquet");
  });

  test("a truncated file is SOURCE_INVALID and is named", async () => {
    truncateSync(events, readFileSync(events).length - 20);
    const { code, message, fix } = await refusal(openSource(access, sourceOf("events.parquet")));
    expect(code).toBe("SOURCE_INVALID");
    expect(message).toContain('"events.parquet" cannot be read as Parquet');
    expect(message).not.toContain(root);
    expect(fix).toContain("Write the file again");
  });

  test("files of one source with a column of two types are SOURCE_INVALID", async () => {
    await writeSource("more.parquet", "user_id BIGINT, ts TIMESTAMP, amount DOUBLE");
    const { code, message } = await refusal(openSource(access, sourceOf("*.parquet")));
    expect(code).toBe("SOURCE_INVALID");
    expect(message).toBe(
      'The file "more.parquet" has the column "amount" as DOUBLE, but events.parquet has it as BIGINT.',
    );
  });
});

describe("a view is opened over its sources as they are now", () => {
  test("nothing has changed", async () => {
    const { paths, relations } = await openView(access, view());
    expect(paths).toEqual([events]);
    expect([...relations.keys()]).toEqual(["events"]);
  });

  test("a column that was added is ignored", async () => {
    await writeSource("events.parquet", `note VARCHAR, ${COLUMNS}`);
    await expect(openView(access, view())).resolves.toMatchObject({ paths: [events] });
  });

  test.each([
    ["removed", "user_id BIGINT, ts TIMESTAMP", /amount/],
    ["renamed", "user_id BIGINT, ts TIMESTAMP, Amounts BIGINT", /amount/],
    ["retyped", "user_id BIGINT, ts TIMESTAMP, amount DOUBLE", /column "amount" is DOUBLE, it was BIGINT/],
    [
      "retyped key",
      "user_id VARCHAR, ts TIMESTAMP, amount BIGINT",
      /column "user_id" is VARCHAR, it was BIGINT/,
    ],
    ["retyped time", "user_id BIGINT, ts VARCHAR, amount BIGINT", /column "ts" is VARCHAR, it was TIMESTAMP/],
  ])("a column that was %s is SOURCE_INVALID naming view and column", async (_, columns, expected) => {
    await writeSource("events.parquet", columns);
    const { code, message, fix } = await refusal(openView(access, view()));
    expect(code).toBe("SOURCE_INVALID");
    expect(message).toContain('The sources of feature view "balance" have changed since it was applied: ');
    expect(message).toMatch(/; see "events.parquet"\.$/);
    expect(message).toMatch(expected);
    expect(fix).toBe("Bring the column back, or apply the view again.");
  });

  test("a column that was added to some files only is ignored", async () => {
    await writeSource(
      "a.parquet",
      `user_id BIGINT, note VARCHAR, ts TIMESTAMP, amount BIGINT`,
      "2, x, 01-01 10:00, 6",
    );
    const { relations, paths } = await openView(access, view("select * from events", "*.parquet"));
    const statements = [{ sql: `select * from (${relations.get("events")!.text}) order by 1`, rows: true }];
    const { results } = await engine.run({ files: paths, statements });
    expect(results[0]!.map(([key, , amount]) => [key, amount])).toEqual([
      [1n, 5n],
      [2n, 6n],
    ]);
  });

  test("a column that was removed from some files only is SOURCE_INVALID naming column and file", async () => {
    await writeSource("more.parquet", "user_id BIGINT, ts TIMESTAMP", "2, 01-01 10:00");
    const { code, message } = await refusal(openView(access, view(undefined, "*.parquet")));
    expect(code).toBe("SOURCE_INVALID");
    expect(message).toMatch(/"amount".*; see "more.parquet"\.$/s);
  });

  test("with select * a column that is gone is named too", async () => {
    await writeSource("events.parquet", "user_id BIGINT, ts TIMESTAMP");
    const { message } = await refusal(openView(access, view("select * from events")));
    expect(message).toContain('column "amount" is missing, it was BIGINT');
  });
});

describe("a file that changes while it is read", () => {
  test("files as they were are fine", async () => {
    await expect(
      checkUnchanged([await openSource(access, sourceOf("events.parquet"))]),
    ).resolves.toBeUndefined();
  });

  const changes: [string, string, () => void | Promise<void>][] = [
    ["written again", "changed", () => writeParquet(events, table(COLUMNS, "1, 01-01 10:00, 6"))],
    ["longer", "changed", () => writeFileSync(events, "x", { flag: "a" })],
    ["touched", "changed", () => utimesSync(events, 1, 1)],
    ["deleted", "vanished", () => rmSync(events)],
  ];
  test.each(changes)("one that was %s is SOURCE_INVALID: it %s", async (_, what, change) => {
    const opened = await openSource(access, sourceOf("events.parquet"));
    await change();
    const { code, message, fix } = await refusal(checkUnchanged([opened]));
    expect(code).toBe("SOURCE_INVALID");
    expect(message).toBe(`The file "events.parquet" ${what} while it was read.`);
    expect(fix).toBe("Write new files under new names, and run the job again.");
  });

  test("the fingerprint is the same until a file changes or comes", async () => {
    const fingerprint = async () => fingerprintSources([await openSource(access, sourceOf("*.parquet"))]);
    const first = await fingerprint();
    expect(await fingerprint()).toBe(first);
    await writeSource("more.parquet", COLUMNS);
    const second = await fingerprint();
    utimesSync(events, 1, 1);
    expect(new Set([first, second, await fingerprint()]).size).toBe(3);
  });
});
