import { stat } from "node:fs/promises";
import { join } from "node:path";
import { micros, parseInstant, type Value } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { balanceOf, EVENT_COLUMNS, events, firstEvents, spendOf } from "./testing/events.ts";
import { Platform } from "./testing/platform.ts";
import { day, days, noon, table } from "./testing/tables.ts";
import { amount, viewOf } from "./testing/views.ts";
import { openWorld, temporaryFiles, type Backend, type World } from "./testing/world.ts";

describe.each<Backend>(["postgres", "redis"])("a worker with queue and online store on %s", (backend) => {
  let world: World;
  let platform: Platform;
  beforeAll(async () => {
    world = await openWorld(backend);
    platform = new Platform(world);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const online = async (name: string, user: bigint, now: ReturnType<typeof day>): Promise<readonly Value[]> =>
    (await platform.online(name, [user], now)).values;

  describe("a job", () => {
    test("ends in SUCCESS with its range live in both stores, and its file there", async () => {
      await platform.apply(balanceOf("first"), events);
      const job = await platform.materialize("first", days(1, 4));
      expect(job).toMatchObject({ state: "SUCCESS", error: null, attempts: [{ state: "SUCCESS", rows: 4 }] });
      expect(await platform.live("first", "offline")).toEqual(["1-4"]);
      expect(await platform.live("first", "online")).toEqual(["1-4"]);
      const generation = await platform.generationOf("first");
      const { files } = await world.registry.ledger.snapshot(generation, { store: "offline" });
      expect(files).toHaveLength(1);
      expect(files[0]).toMatchObject({ rows: 4, minTime: parseInstant("2024-01-01T10:00:00Z") });
      expect((await stat(join(world.stored, files[0]!.path))).size).toBe(files[0]!.bytes);
      expect(await world.registry.ledger.reservations(generation, "online")).toEqual([]);
      expect(await temporaryFiles(world)).toEqual([]);
    });

    test("TIME T12: one that wrote no row advances the edge too", async () => {
      await platform.apply(viewOf("idle", [amount("count", "1d")]), events);
      await platform.materialize("idle", days(1, 6));
      expect(await online("idle", 1n, day(9))).toEqual([1n]);
      const job = await platform.materialize("idle", days(6, 9));
      expect(job).toMatchObject({ state: "SUCCESS", attempts: [{ rows: 0 }] });
      expect(await platform.online("idle", [1n], day(9))).toMatchObject({ values: [0n], edge: day(9) });
      const { files } = await world.registry.ledger.snapshot(await platform.generationOf("idle"), {
        store: "offline",
      });
      expect(files).toHaveLength(1);
      expect(await platform.asked("idle", ["1, 01-09 00:00", "1, 01-06 00:00"])).toEqual(["0", "1"]);
    });

    test("rows without key or time are counted and left out", async () => {
      await platform.apply(balanceOf("rejected"), table(EVENT_COLUMNS, "null, 01-01 10:00, 1", "1, null, 2"));
      expect(await platform.materialize("rejected", days(1, 2))).toMatchObject({ attempts: [{ rows: 0 }] });
      expect(await online("rejected", 1n, day(2))).toEqual([null]);
    });
  });

  describe("online", () => {
    test("TIME T3: attributes are those before the bound, at each instant the clock can have", async () => {
      await platform.apply(balanceOf("balance"), events);
      await platform.materialize("balance", days(1, 3));
      expect(await online("balance", 1n, day(3))).toEqual([2n]);
      expect(await online("balance", 2n, noon(3))).toEqual([10n]);
      expect(await online("balance", 3n, noon(3))).toEqual([null]);
      await platform.materialize("balance", days(3, 4));
      expect(await online("balance", 1n, micros(day(4) - 1n))).toEqual([2n]);
      expect(await online("balance", 1n, day(4))).toEqual([4n]);
      expect(await online("balance", 1n, day(30))).toEqual([4n]);
    });

    test("TIME T4: windows end at the bound, and a known none is zero", async () => {
      await platform.apply(spendOf("spend"), events);
      await platform.materialize("spend", days(1, 3));
      expect(await online("spend", 1n, noon(3))).toEqual([3n, 1n]);
      await platform.materialize("spend", days(3, 4));
      expect(await online("spend", 1n, noon(3))).toEqual([3n, 1n]);
      expect(await online("spend", 1n, noon(4))).toEqual([6n, 1n]);
      expect(await online("spend", 2n, noon(4))).toEqual([10n, 0n]);
      expect(await online("spend", 3n, noon(4))).toEqual([null, 0n]);
    });

    test("what equals it is the historical read at the same instants", async () => {
      await platform.apply(spendOf("same"), events);
      await platform.materialize("same", days(1, 4));
      for (const to of [5, 6]) {
        await platform.materialize("same", days(to - 1, to));
        for (const user of [1n, 2n, 3n]) {
          const expected = (await online("same", user, noon(to))).map(String).join(" ");
          expect(await platform.asked("same", [`${user}, 01-0${to} 12:00`])).toEqual([expected]);
        }
      }
    });

    test.each([
      ["attributes", balanceOf("back_balance")],
      ["aggregates", spendOf("back_spend")],
    ])("a clock set back between two edges is UNAVAILABLE, never a wrong value: %s", async (_, view) => {
      await platform.apply(view, events);
      await platform.materialize(view.name, days(1, 3));
      await platform.materialize(view.name, days(3, 6));
      expect((await online(view.name, 1n, noon(6)))[0]).toBe(view.name === "back_spend" ? 24n : 16n);
      await expect(online(view.name, 1n, noon(4))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    });

    test("TIME T12: before the first job all is null, counts too", async () => {
      await platform.apply(spendOf("unborn"), events);
      expect(await platform.online("unborn", [1n], noon(5))).toEqual({
        values: [null, null],
        bound: null,
        edge: null,
      });
    });

    test("TIME T12: an older range that leaves a gap takes the edge back, and brings what is needed there", async () => {
      await platform.apply(spendOf("back_filled"), events);
      await platform.materialize("back_filled", days(4, 6));
      expect(await online("back_filled", 1n, noon(6))).toEqual([24n, 1n]);
      await platform.materialize("back_filled", days(1, 3));
      expect(await platform.online("back_filled", [1n], noon(6))).toMatchObject({
        values: [3n, 1n],
        edge: day(3),
      });
      await platform.materialize("back_filled", days(3, 4));
      expect(await platform.online("back_filled", [1n], noon(6))).toMatchObject({
        values: [24n, 1n],
        edge: day(6),
      });
    });

    test("TIME T12: beyond a gap the edge is frozen; once it is filled the edge jumps", async () => {
      for (const view of [spendOf("gap_spend"), balanceOf("gap_balance")]) {
        await platform.apply(view, events);
        await platform.materialize(view.name, days(1, 3));
        await platform.materialize(view.name, days(4, 6));
      }
      expect(await platform.online("gap_spend", [1n], noon(9))).toMatchObject({
        values: [3n, 1n],
        edge: day(3),
      });
      expect(await online("gap_balance", 1n, noon(9))).toEqual([2n]);
      for (const name of ["gap_spend", "gap_balance"]) await platform.materialize(name, days(3, 4));
      expect(await platform.online("gap_spend", [1n], noon(9))).toMatchObject({
        values: [24n, 1n],
        edge: day(6),
      });
      expect(await online("gap_balance", 1n, noon(9))).toEqual([16n]);
      expect(await online("gap_balance", 2n, noon(9))).toEqual([10n]);
    });

    test("TIME T12: a range before the first complete one gives no values yet", async () => {
      await platform.apply(spendOf("late_start"), events);
      await platform.materialize("late_start", days(2, 3));
      expect(await online("late_start", 1n, noon(3))).toEqual([null, null]);
      await platform.materialize("late_start", days(1, 2));
      expect(await online("late_start", 1n, noon(3))).toEqual([3n, 1n]);
    });
  });

  describe("an overwrite", () => {
    test("without the newest attribute row brings the earlier one back, online and offline", async () => {
      await platform.apply(balanceOf("undone"), events);
      await platform.materialize("undone", days(1, 3));
      await platform.materialize("undone", days(3, 6));
      expect(await online("undone", 1n, noon(6))).toEqual([16n]);
      await platform.writeSource("undone.parquet", firstEvents(4));
      await platform.materialize("undone", days(4, 6), { overwrite: true });
      expect(await online("undone", 1n, noon(6))).toEqual([4n]);
      await platform.writeSource("undone.parquet", firstEvents(3));
      await platform.materialize("undone", days(3, 4), { overwrite: true });
      expect(await online("undone", 1n, noon(6))).toEqual([2n]);
      expect(await online("undone", 2n, noon(6))).toEqual([10n]);
      expect(await platform.asked("undone", ["1, 01-06 00:00"])).toEqual(["2"]);
    });

    test("of all of a key's rows leaves nothing of it", async () => {
      await platform.apply(balanceOf("emptied"), events);
      await platform.materialize("emptied", days(1, 6));
      await platform.writeSource("emptied.parquet", table(EVENT_COLUMNS, "2, 01-02 12:00, 11"));
      await platform.materialize("emptied", days(1, 6), { overwrite: true });
      expect(await online("emptied", 1n, noon(6))).toEqual([null]);
      expect(await online("emptied", 2n, noon(6))).toEqual([11n]);
    });

    test("takes tiles away: zero and null, not what was there", async () => {
      await platform.apply(spendOf("fewer"), events);
      await platform.materialize("fewer", days(1, 6));
      expect(await online("fewer", 1n, noon(6))).toEqual([24n, 1n]);
      await platform.writeSource("fewer.parquet", firstEvents(5));
      await platform.materialize("fewer", days(5, 6), { overwrite: true });
      expect(await online("fewer", 1n, noon(6))).toEqual([8n, 0n]);
      await platform.writeSource("fewer.parquet", firstEvents(3));
      await platform.materialize("fewer", days(3, 6), { overwrite: true });
      expect(await online("fewer", 1n, noon(6))).toEqual([null, 0n]);
      expect(await platform.asked("fewer", ["1, 01-06 00:00", "1, 01-05 00:00"])).toEqual([
        "null 0",
        "null 0",
      ]);
      expect(await platform.live("fewer", "online")).toEqual(["1-3", "3-6"]);
    });

    test("over an edge: what was answered before is replaced, what is new is there", async () => {
      await platform.apply(spendOf("across"), events);
      await platform.materialize("across", days(1, 4));
      await platform.writeSource("across.parquet", events.replace("'4'", "'40'"));
      await platform.materialize("across", days(3, 6), { overwrite: true });
      expect(await online("across", 1n, noon(6))).toEqual([24n, 1n]);
      expect(await platform.asked("across", ["1, 01-04 00:00", "1, 01-06 00:00"])).toEqual(["42 1", "24 1"]);
    });
  });

  describe("one store at a time", () => {
    test("an offline job leaves the online store as it is, and the other way round", async () => {
      await platform.apply(balanceOf("halves"), events);
      await platform.materialize("halves", days(1, 4), { online: false });
      expect(await platform.live("halves", "online")).toEqual([]);
      expect(await online("halves", 1n, noon(4))).toEqual([null]);
      expect(await platform.asked("halves", ["1, 01-04 00:00"])).toEqual(["4"]);
      await platform.materialize("halves", days(1, 6), { offline: false });
      expect(await platform.live("halves", "offline")).toEqual(["1-4"]);
      expect(await online("halves", 1n, noon(6))).toEqual([16n]);
      await expect(platform.asked("halves", ["1, 01-06 00:00"])).rejects.toMatchObject({
        code: "NOT_MATERIALIZED",
      });
    });

    test("a view without an offline store is read from its source", async () => {
      await platform.apply({ ...balanceOf("online_only"), offline: false }, events);
      await platform.materialize("online_only", days(1, 4), { offline: false });
      expect(await online("online_only", 1n, noon(4))).toEqual([4n]);
      expect(await platform.asked("online_only", ["1, 01-06 00:00"])).toEqual(["16"]);
    });
  });

  describe("TIME T6: a sum that does not fit an int64", () => {
    const max = (2n ** 63n - 1n).toString();
    test("is materialized, and refused where it is asked for, offline and online", async () => {
      const rows = [`1, 01-01 10:00, ${max}`, "1, 01-02 10:00, 1", "2, 01-02 10:00, 7", "1, 01-03 10:00, -5"];
      await platform.apply(spendOf("overflow"), table(EVENT_COLUMNS, ...rows));
      expect(await platform.materialize("overflow", days(1, 3))).toMatchObject({ state: "SUCCESS" });
      await expect(platform.asked("overflow", ["1, 01-03 00:00"])).rejects.toMatchObject({
        code: "VALUE_ERROR",
      });
      await expect(online("overflow", 1n, noon(3))).rejects.toMatchObject({ code: "VALUE_ERROR" });
      expect(await online("overflow", 2n, noon(3))).toEqual([7n, 1n]);
      expect(await platform.asked("overflow", ["2, 01-03 00:00"])).toEqual(["7 1"]);
      await platform.materialize("overflow", days(3, 4));
      expect(await online("overflow", 1n, noon(4))).toEqual([-4n, 1n]);
    });
  });

  describe("decision 7: data that the online store has lost", () => {
    const lose = async (name: string): Promise<void> => {
      const generation = await platform.generationOf(name);
      await world.onlineStore.dropGeneration(generation);
      await world.onlineStore.prepareGeneration(generation);
    };
    test("are UNAVAILABLE, never zero, until a push has brought all of them again", async () => {
      for (const view of [spendOf("lost_spend"), balanceOf("lost_balance")]) {
        await platform.apply(view, events);
        await platform.materialize(view.name, days(1, 3));
        await platform.materialize(view.name, days(3, 5));
        await lose(view.name);
        await expect(online(view.name, 1n, noon(5))).rejects.toMatchObject({
          code: "UNAVAILABLE",
          message: `The online store has lost data of feature view "${view.name}".`,
        });
        await platform.materialize(view.name, days(5, 6));
      }
      expect(await online("lost_spend", 1n, noon(6))).toEqual([24n, 1n]);
      expect(await online("lost_spend", 2n, noon(6))).toEqual([null, 0n]);
      expect(await online("lost_balance", 1n, noon(6))).toEqual([16n]);
      expect(await online("lost_balance", 2n, noon(6))).toEqual([10n]);
    });

    test("a store that fell back to an earlier commit is UNAVAILABLE too, and mended by the next push", async () => {
      await platform.apply(balanceOf("older"), events);
      await platform.materialize("older", days(1, 3));
      const { generation, marker } = await platform.marker("older");
      await platform.materialize("older", days(3, 4));
      await lose("older");
      await world.onlineStore.writeMarker(generation, marker);
      await expect(online("older", 2n, noon(4))).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await platform.materialize("older", days(3, 4), { overwrite: true });
      expect(await online("older", 2n, noon(4))).toEqual([10n]);
      expect(await online("older", 1n, noon(4))).toEqual([4n]);
    });

    test("an edge that a push given up has left goes back to what is materialized", async () => {
      await platform.apply(balanceOf("ahead"), events);
      await platform.materialize("ahead", days(1, 3));
      const { generation, marker } = await platform.marker("ahead");
      await world.onlineStore.writeMarker(generation, { ...marker, edge: day(4) });
      await platform.materialize("ahead", days(4, 6));
      expect(await platform.online("ahead", [1n], noon(9))).toMatchObject({ values: [2n], edge: day(3) });
    });
  });
});
