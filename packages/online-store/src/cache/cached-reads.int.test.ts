import {
  micros,
  parseInstant,
  type Definition,
  type EpochMicros,
  type FeatureTableDefinition,
} from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PushTarget } from "../push/key-rows.ts";
import { OnlineReader } from "../reader/online-reader.ts";
import { testStores } from "../testing/stores.ts";
import { hide, pushRows, tableTarget } from "../testing/tables.ts";
import { CachedReads } from "./cached-reads.ts";

const stores = testStores();

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
  beforeAll(() => store.start());
  afterAll(() => store.stop());

  const push = (target: PushTarget, seq: bigint, rows: readonly (readonly [number, bigint])[]) => {
    const stored = rows.map(([time, score]) => ({ time: at(time), cells: [score] }));
    return pushRows(target, seq, at(0), [{ key: ["a"], rows: stored }]);
  };

  /** A view with two rows, the second of which is dated in the future, that was read once. */
  const world = async () => {
    const target = tableTarget(store, table, [user]);
    const clock = { ms: 0 };
    const rule = { view: "facts", maxAgeMs: MAX_AGE_MS, expectedSeq: 0n, expectedHidden: 0n };
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
    await hide(target, { joinKeys, keys: [{ key: ["a"], before: at(3), deletionId: 1n }] });
    expect(await read(4)).toBeNull();
    expect(await read(6)).toBe(2n);
  });
});
