import { rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { balanceOf, events, SPINE_COLUMNS, spendOf } from "./testing/events.ts";
import { Platform } from "./testing/platform.ts";
import { days, noon, table } from "./testing/tables.ts";
import { openWorld, temporaryFiles, type World } from "./testing/world.ts";

let world: World;
let platform: Platform;
beforeAll(async () => {
  world = await openWorld("postgres");
  platform = new Platform(world);
});
afterAll(() => world[Symbol.asyncDispose]());

describe("a historical read", () => {
  test("TIME T12: what is not materialized is NOT_MATERIALIZED naming the ranges, or null", async () => {
    await platform.apply(spendOf("partly"), events);
    await platform.materialize("partly", days(1, 3));
    await platform.materialize("partly", days(4, 6));
    const spine = ["1, 01-03 12:00", "1, 01-04 12:00", "1, 01-06 12:00", "1, 01-08 00:00"];
    const error = await platform.asked("partly", spine).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "NOT_MATERIALIZED",
      message:
        '2 spine rows need history of feature view "partly" that is not materialized: ' +
        "[2024-01-03T00:00:00Z, 2024-01-04T00:00:00Z), " +
        "[2024-01-06T00:00:00Z, 2024-01-08T00:00:00Z).",
    });
    expect(await platform.asked("partly", spine, { onUnmaterialized: "null" })).toEqual([
      "3 1",
      "null null",
      "24 1",
      "null null",
    ]);
    expect(await platform.asked("partly", [spine[0]!, spine[2]!])).toEqual(["3 1", "24 1"]);
    expect(await platform.asked("partly", spine, { fromSource: true })).toEqual([
      "3 1",
      "6 1",
      "24 1",
      "null 0",
    ]);
  });

  test("TIME T10: rows come back once and in order, duplicates and nulls too, their columns first", async () => {
    await platform.apply(balanceOf("ordered"), events);
    await platform.materialize("ordered", days(1, 6));
    const columns = "note VARCHAR, user_id INTEGER, ts TIMESTAMP";
    const rows = [
      "b, 2, 01-04 00:00",
      "a, 1, 01-03 12:00",
      "a, 1, 01-03 12:00",
      "c, null, 01-03 12:00",
      "d, 1, null",
    ];
    const frame = await platform.historical(["ordered"], table(columns, ...rows));
    expect(frame.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "note VARCHAR",
      "user_id INTEGER",
      "ts TIMESTAMP",
      "ordered.amount BIGINT",
    ]);
    expect(frame.rows).toEqual([
      "b 2 2024-01-04 00:00:00 10",
      "a 1 2024-01-03 12:00:00 2",
      "a 1 2024-01-03 12:00:00 2",
      "c null 2024-01-03 12:00:00 null",
      "d 1 null null",
    ]);
    expect(frame.statistics).toEqual({
      ordered: { matched: 3, null: 2, reasons: { no_key: 1, no_timestamp: 1 } },
    });
  });

  test("TIME T10: an empty spine gives an empty, typed frame, whatever is materialized", async () => {
    await platform.apply(spendOf("empty"), events);
    for (const fromSource of [null, true]) {
      const frame = await platform.historical(["empty"], table(SPINE_COLUMNS), { fromSource });
      expect(frame.rows).toEqual([]);
      expect(frame.columns.slice(2)).toEqual([
        { name: "empty.sum_2d", type: "BIGINT" },
        { name: "empty.count_1d", type: "BIGINT" },
      ]);
    }
  });

  test("several views in one read: each with its own bound and history", async () => {
    await platform.apply(spendOf("many_spend"), events);
    await platform.apply(balanceOf("many_balance"), events);
    await platform.materialize("many_spend", days(1, 6));
    await platform.materialize("many_balance", days(1, 6));
    const spine = table(SPINE_COLUMNS, "1, 01-02 12:00", "1, 01-05 00:00", "2, 01-06 00:00");
    const { rows, columns } = await platform.historical(["many_balance", "many_spend"], spine);
    expect(columns.slice(2).map(({ name }) => name)).toEqual([
      "many_balance.amount",
      "many_spend.sum_2d",
      "many_spend.count_1d",
    ]);
    expect(rows.map((row) => row.split(" ").slice(3).join(" "))).toEqual([
      "1 null null",
      "8 12 1",
      "10 null 0",
    ]);
  });

  test("from the source it equals the offline store", async () => {
    for (const view of [spendOf("twin_spend"), balanceOf("twin_balance")]) {
      await platform.apply(view, events);
      await platform.materialize(view.name, days(1, 6));
      const spine = [1, 2, 3].flatMap((user) => [1, 2, 3, 4, 5, 6].map((at) => `${user}, 01-0${at} 10:00`));
      const stored = await platform.asked(view.name, spine, { fromSource: false });
      expect(await platform.asked(view.name, spine, { fromSource: true })).toEqual(stored);
    }
  });

  test("TIME T10: a spine without a timestamp is VALIDATION with its problems", async () => {
    await platform.apply(balanceOf("untimed"), events);
    await expect(platform.historical(["untimed"], "select 1::bigint as user_id")).rejects.toMatchObject({
      code: "VALIDATION",
      problems: [{ path: "timestampKey", message: "no column has a timestamp type" }],
    });
  });

  test("a feature's name among the spine's columns is VALIDATION", async () => {
    await platform.apply(balanceOf("taken"), events);
    const spine = `select *, 1 as "taken.amount" from (${table(SPINE_COLUMNS)})`;
    await expect(platform.historical(["taken"], spine, { fromSource: true })).rejects.toMatchObject({
      code: "VALIDATION",
    });
  });
});

describe("a source that is not what it was when the view was applied fails the job, and nothing is left", () => {
  const broken: [string, RegExp, (path: string) => Promise<void>][] = [
    ["missing", /^No file matches "src_missing.parquet"/, (path) => rm(path)],
    ["truncated", /"src_truncated.parquet" cannot be read as Parquet/, (path) => truncate(path, 100)],
    [
      "retyped",
      /feature view "src_retyped" have changed .* column "amount" is DOUBLE, it was BIGINT/,
      () =>
        platform.writeSource(
          "src_retyped.parquet",
          "select 1::bigint as user_id, now()::timestamp as ts, 1::double as amount",
        ),
    ],
    [
      "narrower",
      /feature view "src_narrower" have changed .*amount/,
      () =>
        platform.writeSource("src_narrower.parquet", "select 1::bigint as user_id, now()::timestamp as ts"),
    ],
  ];
  test.each(broken)("%s", async (what, message, harm) => {
    const name = `src_${what}`;
    await platform.apply(balanceOf(name), events);
    await platform.materialize(name, days(1, 3));
    await harm(join(world.sources, `${name}.parquet`));
    const job = await platform.materialize(name, days(3, 4), { useManagedRetries: true });
    expect(job.state).toBe("FAILURE");
    expect(job.attempts).toHaveLength(1);
    expect(job.error!.code).toMatch(/^SOURCE_(MISSING|INVALID)$/);
    expect(job.error!.message).toMatch(message);
    expect(await platform.live(name, "offline")).toEqual(["1-3"]);
    expect(await platform.live(name, "online")).toEqual(["1-3"]);
    expect(await world.registry.ledger.reservations(await platform.generationOf(name), "offline")).toEqual(
      [],
    );
    expect(await temporaryFiles(world)).toEqual([]);
    expect((await platform.online(name, [1n], noon(9))).values).toEqual([2n]);
  });

  test("a value that does not fit fails the job with VALUE_ERROR", async () => {
    const view = { ...balanceOf("unfit"), transform: { sql: "select user_id, ts, amount from events" } };
    const wide = "select 1::bigint as user_id, timestamp '2024-01-01 10:00' as ts, 5::ubigint as amount";
    await platform.apply(view, wide);
    await platform.writeSource("unfit.parquet", wide.replace("5::", "18446744073709551615::"));
    const job = await platform.materialize("unfit", days(1, 2));
    expect(job).toMatchObject({ state: "FAILURE", error: { code: "VALUE_ERROR" } });
    expect(await platform.live("unfit", "offline")).toEqual([]);
  });
});
