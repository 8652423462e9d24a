import { afterAll, beforeAll, expect, test } from "vitest";
import { Platform } from "../testing/platform.ts";
import { days, table } from "../testing/tables.ts";
import { amount, viewOf } from "../testing/views.ts";
import { openWorld, type World } from "../testing/world.ts";

const COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";
const EVENTS = table(COLUMNS, "1, 01-01 10:00, 1", "1, 01-02 10:00, 2");

let world: World;
let platform: Platform;
beforeAll(async () => {
  world = await openWorld("postgres");
  platform = new Platform(world);
});
afterAll(() => world[Symbol.asyncDispose]());

test("jobs with nothing to compute end beside one that computes, each in a commit of its own", async () => {
  await platform.apply(viewOf("sparse", [amount("sum", "1d")]), EVENTS);
  const starts = Array.from({ length: 20 }, (_, index) => index + 1);
  const jobs = await Promise.all(
    starts.map((start) => platform.materialize("sparse", days(start, start + 1), { online: false })),
  );
  expect(jobs.map(({ state }) => state)).toEqual(starts.map(() => "SUCCESS"));
  expect(jobs.map(({ attempts }) => attempts[0]!.rows)).toEqual([
    1,
    1,
    ...Array.from({ length: 18 }, () => 0),
  ]);
  const generation = await platform.generationOf("sparse");
  const { files, commitSeq } = await world.registry.ledger.snapshot(generation, { store: "offline" });
  expect([files.length, commitSeq]).toEqual([2, 20n]);
});
