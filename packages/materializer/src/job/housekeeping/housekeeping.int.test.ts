import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOUSEKEEPING_TYPES, type EpochMicros } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { balanceOf, events, spendOf } from "../../testing/events.ts";
import { EAGER, keepHouse, keepHouseOf, KEEPING } from "../../testing/housekeeping.ts";
import { Platform } from "../../testing/platform.ts";
import { day, days, noon } from "../../testing/tables.ts";
import { openWorld, type Backend, type World } from "../../testing/world.ts";
import { watchOnline } from "../../worker/watch-online.ts";

vi.setConfig({ testTimeout: 120_000 });

describe.each<Backend>(["postgres", "redis"])("housekeeping with queue and online store on %s", (backend) => {
  let world: World;
  let platform: Platform;
  beforeAll(async () => {
    world = await openWorld(backend);
    platform = new Platform(world);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const SPINE = [
    "1, 01-02 12:00",
    "1, 01-03 12:00",
    "1, 01-05 12:00",
    "1, 01-04 12:00",
    "2, 01-04 00:00",
    "1, 01-06 00:00",
  ];

  const filesOf = async (view: string): Promise<string[]> => {
    const all = await readdir(join(world.stored, "ws"), { recursive: true, withFileTypes: true });
    const inside = `/${view}/g${await platform.generationOf(view)}/`;
    return all
      .filter((one) => one.isFile() && `${one.parentPath}/`.includes(inside))
      .map((one) => join(one.parentPath, one.name));
  };

  /** Five daily commits; then the second and third day again, from other rows. */
  const history = async (view: ReturnType<typeof balanceOf>): Promise<EpochMicros[]> => {
    const instants: EpochMicros[] = [];
    await platform.apply(view, events);
    for (let date = 1; date < 6; date++) {
      await platform.materialize(view.name, days(date, date + 1));
      instants.push(await world.registry.clock.now());
    }
    await platform.writeSource(
      `${view.name}.parquet`,
      `select user_id, ts, amount + 100 as amount from (${events})`,
    );
    await platform.materialize(view.name, days(2, 4), { overwrite: true });
    instants.push(await world.registry.clock.now());
    return instants;
  };

  const answers = async (view: string, instants: readonly EpochMicros[]): Promise<string[][]> => {
    const all: string[][] = [];
    for (const instant of instants) {
      const options = { asOf: String(instant), onUnmaterialized: "null" } as const;
      all.push(await platform.asked(view, SPINE, options));
    }
    return all;
  };

  describe.each([
    ["attributes", balanceOf],
    ["aggregates", spendOf],
  ])("of %s", (kind, viewOf) => {
    test("TIME T14: compaction leaves every snapshot as it was, and the next reads fewer files", async () => {
      const view = viewOf(`compact_${kind}`);
      const instants = await history(view);
      const before = await answers(view.name, instants);
      const generation = await platform.generationOf(view.name);
      const read = async () => (await world.registry.ledger.snapshot(generation, { store: "offline" })).files;
      const filesBefore = await read();
      expect(filesBefore.length).toBeGreaterThan(3);
      const planned = await world.registry.housekeeping.plan(
        { types: ["compact"], view: view.name },
        KEEPING,
      );
      expect(planned).toMatchObject([{ type: "compact", view: view.name, files: filesBefore.length }]);
      expect(await keepHouse(world, platform, "compact", view.name, KEEPING)).toMatchObject({
        filesBefore: filesBefore.length,
        filesAfter: 1,
      });
      expect(await read()).toHaveLength(1);
      expect(await answers(view.name, instants)).toEqual(before);
      expect(await keepHouse(world, platform, "compact", view.name, KEEPING)).toMatchObject({
        filesBefore: 0,
      });
      // The newest commit's own file: that snapshot reads the merged one.
      expect(await keepHouse(world, platform, "collect", view.name, KEEPING)).toMatchObject({
        doomedFiles: 1,
      });
      expect(await answers(view.name, instants)).toEqual(before);
    });

    test("what comes after a compaction overwrites parts of the merged file", async () => {
      const view = viewOf(`after_${kind}`);
      await history(view);
      await keepHouse(world, platform, "compact", view.name, KEEPING);
      const instant = await world.registry.clock.now();
      const before = await answers(view.name, [instant]);
      await platform.writeSource(`${view.name}.parquet`, events);
      await platform.materialize(view.name, days(3, 4), { overwrite: true });
      expect(await answers(view.name, [instant])).toEqual(before);
      const now = await platform.asked(view.name, SPINE, { onUnmaterialized: "null" });
      expect(now).not.toEqual(before[0]);
      await keepHouse(world, platform, "compact", view.name, KEEPING);
      expect(await platform.asked(view.name, SPINE, { onUnmaterialized: "null" })).toEqual(now);
      expect(await answers(view.name, [instant])).toEqual(before);
      await keepHouse(world, platform, "rebuild", view.name);
      const online = (await platform.online(view.name, [1n], noon(6))).values.map(String).join(" ");
      expect(await platform.asked(view.name, ["1, 01-06 12:00"])).toEqual([online]);
    });

    test("collection removes what only expired snapshots need; these are EXPIRED, never a wrong value", async () => {
      const view = viewOf(`collect_${kind}`);
      const instants = await history(view);
      await keepHouse(world, platform, "compact", view.name, KEEPING);
      const now = await platform.asked(view.name, SPINE);
      const replaced = (await filesOf(view.name)).length - 1;
      const planned = await world.registry.housekeeping.plan({ types: ["collect"], view: view.name }, EAGER);
      expect(planned).toMatchObject([{ files: replaced }]);
      expect(await keepHouse(world, platform, "collect", view.name)).toMatchObject({
        doomedFiles: replaced,
        removedFiles: replaced,
        orphanedFiles: 0,
      });
      expect(await filesOf(view.name)).toHaveLength(1);
      expect(await platform.asked(view.name, SPINE)).toEqual(now);
      await expect(answers(view.name, instants.slice(0, 1))).rejects.toMatchObject({ code: "EXPIRED" });
      await expect(answers(view.name, instants.slice(-1))).resolves.toEqual([now]);
    });

    test("a rebuild brings back what the online store has lost; until then it is UNAVAILABLE", async () => {
      const view = viewOf(`rebuild_${kind}`);
      await history(view);
      const before = await platform.online(view.name, [1n], noon(6));
      const { generation } = await platform.marker(view.name);
      await world.onlineStore.dropGeneration(generation);
      await expect(platform.online(view.name, [1n], noon(6))).rejects.toMatchObject({ code: "UNAVAILABLE" });
      const intervals = { compact: 0, collect: 0, cleanup: 0, rebuild: 0 };
      await watchOnline(world.registry, world.onlineStore);
      const lost = await world.registry.housekeeping.lost(intervals);
      expect(lost).toMatchObject([{ type: "rebuild", view: view.name }]);
      await keepHouse(world, platform, "rebuild", view.name);
      expect(await platform.online(view.name, [1n], noon(6))).toEqual(before);
      expect(await world.registry.housekeeping.lost(intervals)).toEqual([]);
      await watchOnline(world.registry, world.onlineStore);
      expect(await world.registry.housekeeping.lost(intervals)).toEqual([]);
      await platform.materialize(view.name, days(6, 7));
      expect(await platform.online(view.name, [1n], noon(7))).toMatchObject({ edge: day(7) });
    });
  });

  test("T17 a store that lacks keys that were hidden is loaded again, and says then that it has them", async () => {
    const view = balanceOf("unhidden");
    await history(view);
    const { registry, workspaceId, onlineStore } = world;
    const { generation } = await platform.marker(view.name);
    await registry.deletions.create({
      workspaceId,
      generationId: generation,
      view: view.name,
      joinKeys: (await platform.compiled(view.name)).joinKeys,
      keys: [[1n]],
      online: true,
      offline: false,
      requestedBy: "test",
    });
    const lacked = await registry.deletions.nextStamp();
    await registry.deletions.noteHidden(generation, lacked);
    await registry.deletions.noteHidden(generation, lacked - 1n);
    expect((await registry.ledger.expectedOnline(workspaceId)).get(generation)?.expectedHidden).toBe(lacked);
    const intervals = { compact: 0, collect: 0, cleanup: 0, rebuild: 0 };
    await watchOnline(registry, onlineStore);
    expect(await registry.housekeeping.lost(intervals)).toMatchObject([{ view: view.name }]);
    await keepHouse(world, platform, "rebuild", view.name);
    const [state] = await onlineStore.states([generation]);
    expect(state!.marker!.hidden).toBeGreaterThan(lacked);
    expect((await registry.ledger.expectedOnline(workspaceId)).get(generation)?.expectedHidden).toBe(
      state!.marker!.hidden,
    );
    await watchOnline(registry, onlineStore);
    expect(await registry.housekeeping.lost(intervals)).toEqual([]);
    expect(await platform.online(view.name, [1n], noon(6))).toMatchObject({ values: [null] });
  });

  test("a file that a reader may have found stays until its lease ends", async () => {
    const view = balanceOf("leased");
    await history(view);
    await keepHouse(world, platform, "compact", view.name, KEEPING);
    const generation = await platform.generationOf(view.name);
    const { registry, workspaceId } = world;
    const task = await registry.tasks.create({
      kind: "retrieval",
      workspaceId,
      payload: {},
      ownerKeyId: null,
      expiresInMs: 60_000,
    });
    await registry.tasks.claim(task.id, "reader", 60_000);
    await registry.housekeeping.pin(task.id, generation);
    const before = (await filesOf(view.name)).length;
    expect(await keepHouse(world, platform, "collect", view.name)).toMatchObject({ removedFiles: 0 });
    expect(await filesOf(view.name)).toHaveLength(before);
    const planned = await registry.housekeeping.plan({ types: ["collect"], view: view.name }, EAGER);
    expect(planned).toMatchObject([{ files: before - 1 }]);
    await registry.tasks.fail(task.id, "reader", { code: "CANCELLED", message: "", fix: null, problems: [] });
    expect(await keepHouse(world, platform, "collect", view.name)).toMatchObject({
      removedFiles: before - 1,
    });
    expect(await filesOf(view.name)).toHaveLength(1);
  });

  test("a retired view: online data go after the grace, files after the retention", async () => {
    const view = spendOf("gone");
    await history(view);
    const generationId = await platform.generationOf("gone");
    const { registry, workspaceId } = world;
    const { revision } = await registry.definitions.current(workspaceId);
    const { marker } = await platform.marker("gone");
    expect(marker.commitSeq).toBeGreaterThan(0n);
    await registry.definitions.applyChanges(workspaceId, revision, [
      { action: "delete", kind: "batchFeatureView", name: "gone" },
    ]);
    const patient = { ...EAGER, cleanupGraceMs: 60_000, snapshotRetentionMs: 60_000 };
    const target = { view: "gone", generationId };
    expect(await registry.housekeeping.plan({ types: HOUSEKEEPING_TYPES, view: "gone" }, patient)).toEqual(
      [],
    );
    expect(await keepHouseOf(world, { type: "cleanup", ...target }, patient)).toEqual({ generations: 0 });
    const planned = await registry.housekeeping.plan({ types: HOUSEKEEPING_TYPES, view: "gone" }, EAGER);
    expect(planned.map(({ type }) => type)).toEqual(["collect", "cleanup"]);
    expect(await keepHouseOf(world, { type: "cleanup", ...target }, EAGER)).toEqual({ generations: 1 });
    const read = { generation: generationId, kind: "tiles" as const, chunks: [] };
    const key = { scope: "1", bytes: new Uint8Array() };
    expect(await world.onlineStore.read([{ ...read, key }])).toMatchObject([{ marker: null }]);
    expect(await keepHouseOf(world, { type: "collect", ...target }, EAGER)).toMatchObject({
      removedFiles: planned[0]!.files,
    });
    expect(await registry.housekeeping.plan({ types: HOUSEKEEPING_TYPES, view: "gone" }, EAGER)).toEqual([]);
  });

  test("files of attempts that have ended and that no ledger names are orphans", async () => {
    const view = balanceOf("orphans");
    await platform.apply(view, events);
    const job = await platform.materialize("orphans", days(1, 3));
    const generation = await platform.generationOf("orphans");
    const { files } = await world.registry.ledger.snapshot(generation, { store: "offline" });
    const beside = files[0]!.path.replace("part-0", "part-7");
    const unknown = beside.replace(/a[^/]+\/part/, `a${crypto.randomUUID()}/part`);
    for (const path of [beside, unknown]) {
      await using scratch = await world.offlineStore.createScratch();
      const local = join(scratch.directory, "x");
      await writeFile(local, "x");
      await world.offlineStore.put(local, path);
    }
    expect(job.state).toBe("SUCCESS");
    expect(await keepHouse(world, platform, "collect", "orphans")).toMatchObject({
      orphanedFiles: 1,
      orphanedBytes: 1,
      removedFiles: 0,
    });
    expect(await world.offlineStore.stat(beside)).toBeNull();
    expect(await world.offlineStore.stat(unknown)).not.toBeNull();
    expect(await platform.asked("orphans", ["1, 01-03 00:00"])).toEqual(["2"]);
  });

  test("one job of a type is open per view", async () => {
    const view = balanceOf("single");
    await platform.apply(view, events);
    const generationId = await platform.generationOf("single");
    const { registry, workspaceId } = world;
    const target = { type: "compact" as const, view: "single", generationId, workspaceId };
    const by = { requestedBy: "test", trigger: "manual" as const };
    const jobs = await Promise.all([1, 2, 3].map(() => registry.housekeeping.request(target, EAGER, by)));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
  });
});
