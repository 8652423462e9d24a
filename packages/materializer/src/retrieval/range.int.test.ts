import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { balanceOf, EVENT_COLUMNS, events, spendOf } from "../testing/events.ts";
import { Platform } from "../testing/platform.ts";
import { days, table } from "../testing/tables.ts";
import { openWorld, type World } from "../testing/world.ts";

let world: World;
let platform: Platform;
beforeAll(async () => {
  world = await openWorld("postgres");
  platform = new Platform(world);
});
afterAll(() => world[Symbol.asyncDispose]());

describe("TIME T12, T15: a range of which not all is materialized", () => {
  test("is NOT_MATERIALIZED naming the ranges, or null while an answer needs what is missing", async () => {
    await platform.apply(spendOf("partly"), events);
    await platform.materialize("partly", days(1, 3));
    await platform.materialize("partly", days(4, 6));
    await expect(platform.range("partly", days(3, 7))).rejects.toMatchObject({
      code: "NOT_MATERIALIZED",
      message:
        'The range needs history of feature view "partly" that is not materialized: ' +
        "[2024-01-03T00:00:00Z, 2024-01-04T00:00:00Z).",
    });
    const frame = await platform.range("partly", days(3, 7), { onUnmaterialized: "null" });
    expect(frame.rows).toEqual([
      "1 3 1 2024-01-03 00:00:00 2024-01-04 00:00:00",
      "1 null null 2024-01-04 00:00:00 2024-01-06 00:00:00",
      "1 24 1 2024-01-06 00:00:00 2024-01-07 00:00:00",
      "2 10 1 2024-01-03 00:00:00 2024-01-04 00:00:00",
      "2 null null 2024-01-04 00:00:00 2024-01-06 00:00:00",
    ]);
    expect(frame.statistics).toEqual({
      partly: { matched: 3, null: 2, reasons: { not_materialized: 2 } },
    });
  });

  test("keys that are asked for are null there too, never seen or not; null keys are left out", async () => {
    const entities = table("id INTEGER", "7", "null", "2", "2");
    const [view] = await platform.payloadViews(["partly"]);
    const views = [{ ...view!, joinKeyMap: { user_id: "id" } }];
    const options = { onUnmaterialized: "null" as const, entities, views };
    const { rows, columns } = await platform.range("partly", days(3, 5), options);
    expect(columns[0]).toEqual({ name: "id", type: "BIGINT" });
    expect(rows).toEqual([
      "2 10 1 2024-01-03 00:00:00 2024-01-04 00:00:00",
      "2 null null 2024-01-04 00:00:00 2024-01-05 00:00:00",
      "7 null null 2024-01-04 00:00:00 2024-01-05 00:00:00",
    ]);
  });

  test("a range that begins after what is materialized has no answers, where no end is asked for", async () => {
    await platform.apply(balanceOf("ended"), events);
    await platform.materialize("ended", days(1, 3));
    const open = { isEndGiven: false };
    expect((await platform.range("ended", days(1, 30), open)).rows.at(-1)).toBe(
      "2 10 2024-01-03 00:00:00 2024-01-04 00:00:00",
    );
    expect((await platform.range("ended", days(9, 30), open)).rows).toEqual([]);
  });
});

test("TIME T6: a sum that does not fit is an error naming its key, or a counted null", async () => {
  const most = String(2n ** 63n - 1n);
  const rows = [`1, 01-03 10:00, ${most}`, `1, 01-04 10:00, 1`, "2, 01-04 10:00, 5"];
  await platform.apply(spendOf("vast"), table(EVENT_COLUMNS, ...rows));
  await platform.materialize("vast", days(1, 7));
  await expect(platform.range("vast", days(3, 7))).rejects.toMatchObject({
    code: "VALUE_ERROR",
    message: 'A sum of int64 values of feature view "vast" does not fit an int64, for user_id "1".',
  });
  const frame = await platform.range("vast", days(3, 7), { onError: "null" });
  expect(frame.rows).toEqual([
    `1 ${most} 1 2024-01-04 00:00:00 2024-01-05 00:00:00`,
    "1 null 1 2024-01-05 00:00:00 2024-01-06 00:00:00",
    "1 1 0 2024-01-06 00:00:00 2024-01-07 00:00:00",
    "2 5 1 2024-01-05 00:00:00 2024-01-06 00:00:00",
    "2 5 0 2024-01-06 00:00:00 2024-01-07 00:00:00",
  ]);
  expect(frame.statistics).toEqual({ vast: { matched: 4, null: 1, reasons: { error: 1 } } });
});

test("TIME T13: rows that come late are in no offline read before their range is overwritten", async () => {
  await platform.apply(balanceOf("late"), events);
  await platform.materialize("late", days(1, 6));
  const spine = ["1, 01-04 12:00", "3, 01-04 12:00"];
  const [before, intervals] = [await platform.asked("late", spine), await platform.range("late", days(1, 7))];
  const late = table(EVENT_COLUMNS, "1, 01-03 11:00, 99", "3, 01-02 11:00, 7");
  await platform.writeSource("late.parquet", `(${events}) union all (${late})`);
  expect(before).toEqual(["4", "null"]);
  expect(await platform.asked("late", spine)).toEqual(before);
  expect((await platform.range("late", days(1, 7))).rows).toEqual(intervals.rows);
  expect(await platform.asked("late", spine, { fromSource: true })).toEqual(["99", "7"]);
  await platform.materialize("late", days(2, 4), { overwrite: true });
  expect(await platform.asked("late", spine)).toEqual(["99", "7"]);
});
