import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatInstant, micros, type CompiledView, type LivePath, type TimeRange } from "@tesela/core";
import { afterAll, describe, expect, test } from "vitest";
import { day, days, query, table, writeParquet } from "../testing/tables.ts";
import { amount, compiled, viewOf } from "../testing/views.ts";
import { pushSql, type PushFiles } from "./push-sql.ts";

const root = mkdtempSync(join(tmpdir(), "push-sql-"));
afterAll(() => rmSync(root, { recursive: true }));

const balance = compiled(viewOf("balance", [{ kind: "attribute", name: "amount", type: "int64" }]));
const shortLived = compiled(
  viewOf("short_lived", [{ kind: "attribute", name: "amount", type: "int64" }], { ttl: "1d" }),
);
const spend = compiled(viewOf("spend", [amount("sum", "2d"), amount("count", "1d")]));

let files = 0;

async function write(text: string): Promise<string> {
  const path = join(root, `${++files}.parquet`);
  await writeParquet(path, text);
  return path;
}

/** A file of the attribute views. */
async function rows(live: TimeRange, ...lines: readonly string[]): Promise<LivePath> {
  const text = table("user_id BIGINT, __time TIMESTAMP, amount BIGINT", ...lines);
  return { path: await write(text), live: [live] };
}

/** A file of the view `spend`. */
async function tiles(live: TimeRange, ...lines: readonly string[]): Promise<LivePath> {
  const text = table(
    "user_id BIGINT, __tile_start TIMESTAMP, amount__sum DECIMAL(38,0), amount__count BIGINT",
    ...lines,
  );
  return { path: await write(text), live: [live] };
}

/** What a push gives, one line a row: key, time without its year, cells. */
async function pushed(
  view: CompiledView,
  push: Pick<PushFiles, "range"> & Partial<PushFiles>,
): Promise<string[]> {
  const none = { edgeBefore: null, edgeAfter: push.range.end, fresh: [], before: [], replaced: [] };
  const found = await query(pushSql(view, { ...none, ...push }).text);
  return found.map(([key, time, ...cells]) => {
    const at = typeof time === "bigint" ? formatInstant(micros(time)).slice(5, 16) : "nothing";
    return [key, at, ...cells].join(" ");
  });
}

describe("attributes", () => {
  test("of a key's rows the newest is pushed, keys ascend", async () => {
    const fresh = [await rows(days(2, 3), "2, 01-02 01:00, 21", "1, 01-02 01:00, 11", "1, 01-02 02:00, 12")];
    expect(await pushed(balance, { range: days(2, 3), fresh })).toEqual([
      "1 01-02T02:00 12",
      "2 01-02T01:00 21",
    ]);
  });

  test("TIME T8: the newest counts even if its value is null", async () => {
    const fresh = [await rows(days(2, 3), "1, 01-02 01:00, 11", "1, 01-02 02:00, null")];
    expect(await pushed(balance, { range: days(2, 3), fresh })).toEqual(["1 01-02T02:00 "]);
  });

  test("TIME T7: a row whose ttl is over at the edge is not pushed", async () => {
    const lines = ["1, 01-02 01:00, 11", "2, 01-04 01:00, 21"];
    const fresh = [await rows(days(2, 5), ...lines)];
    expect(await pushed(shortLived, { range: days(2, 5), fresh })).toEqual(["2 01-04T01:00 21"]);
    expect(await pushed(balance, { range: days(2, 5), fresh })).toHaveLength(2);
  });

  test("the newest row before the edge that is answered at until then is pushed too", async () => {
    const fresh = [await rows(days(2, 6), "1, 01-02 01:00, 12", "1, 01-03 01:00, 13", "1, 01-05 01:00, 15")];
    const push = { range: days(2, 6), fresh, edgeAfter: day(6) };
    expect(await pushed(balance, { ...push, edgeBefore: day(4) })).toEqual([
      "1 01-03T01:00 13",
      "1 01-05T01:00 15",
    ]);
    expect(await pushed(balance, { ...push, edgeBefore: day(6) })).toEqual(["1 01-05T01:00 15"]);
  });

  test("TIME T12: rows beyond a gap are pushed to wait for the edge, each side with its newest", async () => {
    const fresh = [await rows(days(2, 6), "1, 01-02 01:00, 12", "1, 01-04 01:00, 14", "1, 01-05 01:00, 15")];
    expect(await pushed(balance, { range: days(2, 6), fresh, edgeAfter: day(4) })).toEqual([
      "1 01-02T01:00 12",
      "1 01-05T01:00 15",
    ]);
    expect(await pushed(shortLived, { range: days(4, 6), fresh, edgeAfter: day(3) })).toEqual([
      "1 01-05T01:00 15",
    ]);
  });

  test("an overwrite brings a key's newest row before the range, and looks at keys that have nothing now", async () => {
    const before = [
      await rows(days(1, 2), "1, 01-01 01:00, 1", "1, 01-01 02:00, 2", "9, 01-01 01:00, 91"),
      await rows(days(2, 3), "1, 01-02 01:00, 12", "3, 01-02 01:00, 32"),
    ];
    const fresh = [await rows(days(2, 3), "2, 01-02 01:00, 21")];
    expect(await pushed(balance, { range: days(2, 3), fresh, before, replaced: [before[1]!] })).toEqual([
      "1 01-01T02:00 2",
      "1 nothing ",
      "2 01-02T01:00 21",
      "3 nothing ",
    ]);
  });

  test("rows that a later commit has replaced neither come back nor count as removed", async () => {
    const before = [await rows(days(1, 2), "1, 01-01 01:00, 1", "1, 01-03 01:00, 13", "2, 01-03 01:00, 23")];
    expect(await pushed(balance, { range: days(3, 4), before, replaced: before })).toEqual([]);
  });

  test("TIME T5: a row before the first window never comes back", async () => {
    const before = [await rows(days(1, 4), "1, 01-03 01:00, 13")];
    const old = "select 1::bigint as user_id, timestamp '2023-12-31 23:59' as __time, 0::bigint as amount";
    const older = { path: await write(old), live: [{ start: micros(0n), end: day(4) }] };
    expect(
      await pushed(balance, { range: days(3, 4), before: [older, ...before], replaced: before }),
    ).toEqual(["1 nothing "]);
  });
});

describe("tiles", () => {
  test("all tiles that a window of an edge holds are pushed, sums as exact integers", async () => {
    const huge = (2n ** 63n * 1000n).toString();
    const fresh = [await tiles(days(1, 5), `1, 01-04 00:00, ${huge}, 1`, "1, 01-03 00:00, 30, 3")];
    expect(await pushed(spend, { range: days(1, 5), fresh })).toEqual([
      "1 01-03T00:00 30 3",
      `1 01-04T00:00 ${huge} 1`,
    ]);
  });

  test("tiles that no window of an edge holds are left out", async () => {
    const lines = [1, 2, 3, 4].map((at) => `1, 01-0${at} 00:00, ${at}, 1`);
    const fresh = [await tiles(days(1, 5), ...lines)];
    const push = { range: days(1, 5), fresh, edgeAfter: day(5) };
    const starts = async (edgeBefore: PushFiles["edgeBefore"]) =>
      (await pushed(spend, { ...push, edgeBefore })).map((line) => line.slice(2, 7));
    expect(await starts(null)).toEqual(["01-03", "01-04"]);
    expect(await starts(day(2))).toEqual(["01-01", "01-03", "01-04"]);
    expect(await starts(day(4))).toEqual(["01-02", "01-03", "01-04"]);
  });

  test("an overwrite looks at the keys of the tiles that go", async () => {
    const replaced = [await tiles(days(1, 4), "1, 01-03 00:00, 3, 1", "2, 01-01 00:00, 1, 1")];
    const fresh = [await tiles(days(3, 4), "3, 01-03 00:00, 7, 1")];
    expect(await pushed(spend, { range: days(3, 4), fresh, before: replaced, replaced })).toEqual([
      "1 nothing  ",
      "3 01-03T00:00 7 1",
    ]);
  });
});

test("a commit without files pushes nothing", async () => {
  expect(await pushed(balance, { range: days(2, 3) })).toEqual([]);
  expect(await pushed(spend, { range: days(2, 3), edgeAfter: null })).toEqual([]);
});
