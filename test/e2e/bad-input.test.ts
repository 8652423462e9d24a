import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { formatProblems, TeselaError, type BatchFeatureViewDefinition, type Definition } from "@tesela/core";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import type { FeatureView, Workspace } from "@tesela/sdk";
import { createDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

let directory: string;
let platform: EmbeddedPlatform;
let workspace: Workspace;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tesela-bad-input-"));
  await writeFiles(directory);
  platform = await startEmbedded({
    dir: join(directory, "platform"),
    sourceRoots: [directory],
    databaseUrl: await createDatabase(inject("pgUrl")),
    clock: "2024-02-01T00:00:00Z",
    logLevel: "silent",
  });
  workspace = platform.client.getWorkspace("default");
});

afterAll(async () => {
  await platform.stop();
  await rm(directory, { recursive: true, force: true });
});

async function writeFiles(folder: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const path = (name: string): string => join(folder, `${name}.parquet`);
  const events = "select 1::bigint as k, timestamp '2024-01-05' as ts, 1.5 as v, 'a' as word";
  const copies: readonly (readonly [string, string])[] = [
    ["good", events],
    ["truncated", events],
    ["other-1", events],
    ["other-2", "select 'x' as k, timestamp '2024-01-05' as ts, 1.5 as v, 'a' as word"],
    [
      "inflated",
      "select 1::bigint as k, timestamp '2024-01-05' as ts, 1.5 as v, 'a' as word from range(60000000)",
    ],
    ["spine", "select 1::bigint as k, timestamp '2024-01-10' as t"],
    ["two-times", "select 1::bigint as k, timestamp '2024-01-10' as t, timestamp '2024-01-11' as u"],
    ["no-time", "select 1::bigint as k, '2024-01-10' as t"],
    ["no-key", "select 2 as other, timestamp '2024-01-10' as t"],
    ["wrong-key", "select '1' as k, timestamp '2024-01-10' as t"],
    ["taken", `select 1::bigint as k, timestamp '2024-01-10' as t, 1 as "base.v"`],
  ];
  for (const [name, sql] of copies) await connection.run(`copy (${sql}) to '${path(name)}' (format parquet)`);
  await truncate(path("truncated"), 200);
  await writeFile(join(folder, "secret.txt"), "secret");
  connection.closeSync();
}

const entity: Definition = { kind: "entity", name: "e", joinKeys: [{ name: "k", type: "int64" }] };

function source(file: string): Definition {
  const batch = {
    format: "parquet",
    path: `${file}.parquet`,
    timestampField: "ts",
    dataDelay: "0s",
  } as const;
  return { kind: "batchSource", name: "s", batch };
}

function view(change: Partial<BatchFeatureViewDefinition>): BatchFeatureViewDefinition {
  return {
    kind: "batchFeatureView",
    name: "base",
    entities: ["e"],
    sources: [{ parameter: "s", source: "s" }],
    transform: { sql: "select k, ts, v, word from s" },
    timestampField: "ts",
    features: [{ kind: "attribute", name: "v", type: "float64" }],
    batchSchedule: "1d",
    featureStartTime: "2024-01-02T00:00:00Z",
    online: true,
    offline: true,
    ...change,
  };
}

/** The error of something that must fail, as a user reads it. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TeselaError);
  const { code, message, fix, problems } = error as TeselaError;
  return `${code} ${message} ${fix ?? ""}\n${formatProblems(problems)}`;
}

const sql = (text: string): Partial<BatchFeatureViewDefinition> => ({ transform: { sql: text } });

describe("apply refuses, and leaves nothing behind:", () => {
  test.each<[string, Partial<BatchFeatureViewDefinition>, string, RegExp]>([
    ["an unknown column", sql("select k, ts, w as v, word from s"), "good", /w/],
    [
      "a feature of another type",
      { features: [{ kind: "attribute", name: "word", type: "float64" }] },
      "good",
      /"word" is string.*expected float64/,
    ],
    ["a missing join key", sql("select ts, v, word from s"), "good", /gives no column "k".*ts, v, word/],
    ["SQL that cannot be parsed", sql("selec k from s"), "good", /selec/],
    ["two statements", sql("select k, ts, v, word from s; select 1"), "good", /statement/i],
    ["a write to a file", sql("copy (select 1) to 'out.parquet'"), "good", /select/i],
    [
      "a read of another file",
      sql("select k, ts, v, word from read_text('secret.txt')"),
      "good",
      /read_text/,
    ],
    ["a quoted path", sql("select * from 'spine.parquet'"), "good", /spine\.parquet/],
    [
      "a question to DuckDB about itself",
      sql("select k, ts, v, current_setting('threads') as word from s"),
      "good",
      /current_setting/,
    ],
    ["a list of settings", sql("select * from duckdb_settings()"), "good", /duckdb_settings/],
    ["an aggregate", sql("select k, ts, sum(v) as v from s group by all"), "good", /group by|sum/i],
    ["a window function", sql("select k, ts, lag(v) over () as v, word from s"), "good", /lag|window/i],
    ["a limit", sql("select k, ts, v, word from s limit 3"), "good", /limit/i],
    [
      "a function of the clock",
      sql("select k, ts, epoch(now()) as v, word from s"),
      "good",
      /now|current_timestamp/,
    ],
    ["randomness", sql("select k, ts, random() as v, word from s"), "good", /random/],
    ["a source that is missing", {}, "nothing", /No file matches "nothing\.parquet"/],
    ["a source that is truncated", {}, "truncated", /truncated\.parquet/],
    ["a source that inflates hugely", {}, "inflated", /inflated\.parquet.*inflates/],
    ["a source of two schemas", {}, "other-*", /other-2\.parquet.*"k"/],
    ["a source outside the roots", {}, "../../etc/passwd", /\.\./],
    ["a name with __", { name: "a__b" }, "good", /"a__b" holds "__"/],
    [
      "a window off the grid",
      {
        features: [
          {
            kind: "aggregate",
            name: "c",
            function: "count",
            column: "v",
            window: { kind: "sliding", size: "36h", offset: "0s" },
          },
        ],
      },
      "good",
      /36h is no multiple/,
    ],
  ])("%s", async (_, change, file, expected) => {
    const before = await workspace.listFeatureViews().catch(() => []);
    expect(await refusal(workspace.apply([entity, source(file), view(change)]))).toMatch(expected);
    expect(await workspace.listFeatureViews().catch(() => [])).toEqual(before);
  });

  test("many problems at once, each with its path", async () => {
    const bad = view({
      batchSchedule: "0s",
      featureStartTime: "soon",
      entities: ["nobody"],
      timestampField: "a__b",
    });
    const text = await refusal(workspace.apply([entity, source("good"), bad]));
    for (const part of ["batchSchedule", "featureStartTime", "entities", "timestampField"])
      expect(text).toContain(`"base".${part}`);
  });
});

describe("a view that was applied", () => {
  let base: FeatureView;
  const spine = (name: string): string => join(directory, `${name}.parquet`);

  beforeAll(async () => {
    await workspace.apply([entity, source("good"), view({})]);
    base = workspace.getFeatureView("base");
  });

  test.each<[string, string, string, RegExp]>([
    ["off the grid", "2024-01-02T01:00:00Z", "2024-01-03", /grid|multiple/i],
    ["reversed", "2024-01-03", "2024-01-02", /empty|before|after/i],
    ["in the future", "2024-01-30", "2024-02-02", /future|2024-02-0/],
    ["before what can be materialized", "2023-12-01", "2024-01-03", /2024-01-01/],
  ])("refuses to materialize a range %s", async (_, startTime, endTime, expected) => {
    expect(
      await refusal(base.triggerMaterializationJob({ startTime, endTime, online: true, offline: true })),
    ).toMatch(expected);
    expect(await base.listMaterializationJobs()).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    ["with two timestamp columns", "two-times", /several columns have a timestamp type: t, u/],
    ["without a timestamp column", "no-time", /no column has a timestamp type/],
    ["without the join key", "no-key", /no column "k"/],
    ["with a join key of another type", "wrong-key", /"k" is VARCHAR.*expects int64/],
    ["with a column named as a feature", "taken", /"base\.v"/],
  ])("refuses a spine %s", async (_, file, expected) => {
    expect(await refusal(base.getHistoricalFeatures(spine(file), { fromSource: true }))).toMatch(expected);
  });

  test("names the ranges that a read needs and nobody has materialized", async () => {
    const text = await refusal(base.getHistoricalFeatures(spine("spine")));
    expect(text).toMatch(/NOT_MATERIALIZED.*\[2024-01-01T00:00:00Z, 2024-01-10T00:00:00Z\)/);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ["a missing key", {}, /joinKeys\.k.*missing|k/],
    ["an unknown key", { k: 1n, other: 2n }, /other/],
    ["a key of another type", { k: "one" }, /one|int64/],
    ["a null key", { k: null }, /null|int64/],
  ])("refuses an online read with %s", async (_, keys, expected) => {
    expect(await refusal(base.getOnlineFeatures(keys as { k: bigint }))).toMatch(expected);
  });

  test("leaves no file behind in the offline store", async () => {
    const files = await readdir(join(directory, "platform", "offline"), { recursive: true });
    expect(files.filter((file) => file.startsWith("ws"))).toEqual([]);
  });
});
