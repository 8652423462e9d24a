import { join } from "node:path";
import { quoteLiteral } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Platform } from "../../testing/platform.ts";
import { day, days, query } from "../../testing/tables.ts";
import { amount, viewOf } from "../../testing/views.ts";
import { openWorld, type World } from "../../testing/world.ts";

const DAYS = 10;
/** The least row group that DuckDB writes. */
const GROUP_ROWS = 2_048;
const ROWS = DAYS * GROUP_ROWS;
const NULL_KEYS = ROWS / 1_000;

/** Sorted events of ten days, each day a row group; every thousandth has no key, and many share their instant. */
const EVENTS = `
select
  case when i % 1000 <> 7 then i % 50 end as user_id,
  make_timestamp(${day(1)} + i // 4 * (${BigInt(DAYS) * 86_400_000_000n} // ${ROWS / 4})) as ts,
  i % 97 as amount
from range(${ROWS}) as rows(i)`;

const SPINE = `select (i % 50)::bigint as user_id, make_timestamp(${day(2)} + i * 3600000000) as ts
from range(220) as rows(i)`;

describe.each(["postgres", "redis"] as const)("a big job on %s", (backend) => {
  let world: World;
  let platform: Platform;
  beforeAll(async () => {
    world = await openWorld(backend, { workers: 2, partRows: GROUP_ROWS * 2 });
    platform = new Platform(world);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("is computed in parts and committed in one go: the values are those of the source", async () => {
    const features = [amount("sum", "2d"), amount("count", "1d"), amount("max", "3d")];
    const view = viewOf("big", features, { featureStartTime: "2024-01-04T00:00:00Z" });
    await platform.apply(view, EVENTS);
    const file = quoteLiteral(join(world.sources, "big.parquet"));
    await query(`copy (${EVENTS}) to ${file} (format parquet, row_group_size ${GROUP_ROWS})`);
    const job = await platform.materialize("big", days(1, DAYS + 1));
    expect(job).toMatchObject({ state: "SUCCESS", rejectedRows: Math.floor(NULL_KEYS) + 1 });
    const generation = await platform.generationOf("big");
    const { files, commitSeq } = await world.registry.ledger.snapshot(generation, { store: "offline" });
    // Three parts for each of the two workers.
    expect([files.length, commitSeq]).toEqual([6, 1n]);
    const stored = await platform.historical(["big"], SPINE, { fromSource: false });
    expect(stored.rows).toEqual((await platform.historical(["big"], SPINE, { fromSource: true })).rows);
  });
});
