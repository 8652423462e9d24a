import { randomBytes } from "node:crypto";
import {
  compileView,
  micros,
  parseInstant,
  repositoryOf,
  resolveTable,
  type Definition,
  type EpochMicros,
  type FeatureTableDefinition,
} from "@tesela/core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { hideKeys } from "../deletion/hide-keys.ts";
import type { PushTarget } from "../push/key-rows.ts";
import { beginTablePush, pushTable } from "../push/push-table.ts";
import { OnlineReader } from "../reader/online-reader.ts";
import { openPostgresStore } from "../store/postgres/postgres-store.ts";
import type { OnlineStore } from "../store/port.ts";
import { openRedisStore } from "../store/redis/redis-store.ts";
import { CachedReads } from "./cached-reads.ts";

const prefix = `cached_${randomBytes(6).toString("hex")}`;
const stores: Readonly<Record<string, () => OnlineStore>> = {
  Postgres: () => openPostgresStore({ url: inject("pgUrl"), schema: prefix }),
  Redis: () => openRedisStore({ url: inject("redisUrl"), prefix }),
};

const user: Definition = { kind: "entity", name: "user", joinKeys: [{ name: "user", type: "string" }] };
const table: FeatureTableDefinition = {
  kind: "featureTable",
  name: "facts",
  entities: ["user"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "score", type: "int64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  ttl: "10s",
  online: true,
  offline: true,
};
const START = parseInstant("2024-01-02");
const at = (second: number): EpochMicros => micros(START + BigInt(Math.round(second * 1_000_000)));
const MAX_AGE_MS = 1_000;

describe.each(Object.keys(stores))("reads through a serving cache on %s", (name) => {
  const store = stores[name]!();
  let generations = 0;
  beforeAll(() => store.start());
  afterAll(() => store.stop());

  const push = async (target: PushTarget, seq: bigint, rows: readonly (readonly [number, bigint])[]) => {
    const begun = await beginTablePush(target, seq, at(0));
    const batches = (async function* () {
      yield [{ key: ["a"], rows: rows.map(([time, score]) => ({ time: at(time), cells: [score] })) }];
    })();
    await pushTable(target, begun, batches);
  };

  /** A view with two rows, the second of which is dated in the future, that was read once. */
  const world = async () => {
    const repository = repositoryOf([user, table]);
    const view = compileView(table, repository, resolveTable(table, repository));
    const target: PushTarget = { store, view, workspaceId: 1, generation: (generations += 1) };
    const clock = { ms: 0 };
    const rule = { view: "facts", maxAgeMs: MAX_AGE_MS, expectedSeq: 0n };
    const rules = new Map([[target.generation, rule]]);
    const options = { rules: () => rules, onRead: () => undefined, clock: () => clock.ms };
    const cached = new OnlineReader(new CachedReads(store, options));
    const read = async (second: number) =>
      (await cached.read({ ...target, expectedSeq: 0n }, ["a"], at(second))).values[0];
    await push(target, 1n, [
      [0, 1n],
      [5, 2n],
    ]);
    expect(await read(1)).toBe(1n);
    return { target, clock, rules, rule, read };
  };

  test("T12, T7 time passes exactly: what waits appears, and what is old is gone, at its microsecond", async () => {
    const { target, read } = await world();
    const fresh = new OnlineReader(store);
    for (const second of [5, 5.000_001, 10, 14.999_999, 15, 15.000_001, 16]) {
      const answer = await fresh.read({ ...target, expectedSeq: 0n }, ["a"], at(second));
      expect([second, await read(second)]).toEqual([second, answer.values[0]]);
    }
    expect(await read(5)).toBe(1n);
    expect(await read(5.000_001)).toBe(2n);
    expect(await read(15)).toBeNull();
  });

  test("a write is seen when maxAge is over, or once the plan knows of it", async () => {
    const { target, clock, rules, rule, read } = await world();
    await push(target, 2n, [[2, 7n]]);
    expect(await read(4)).toBe(1n);
    rules.set(target.generation, { ...rule, expectedSeq: 2n });
    expect(await read(4)).toBe(7n);
    await push(target, 3n, [[3, 8n]]);
    expect(await read(4)).toBe(7n);
    clock.ms = MAX_AGE_MS + 1;
    expect(await read(4)).toBe(8n);
  });

  test("T17 a deletion is seen at once", async () => {
    const { target, read } = await world();
    const { joinKeys } = target.view;
    await hideKeys(target, { joinKeys, keys: [{ key: ["a"], before: at(3), deletionId: 1n }] }, false);
    expect(await read(4)).toBeNull();
    expect(await read(6)).toBe(2n);
  });
});
