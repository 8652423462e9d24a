import {
  compareValues,
  micros,
  parseInstant,
  type Definition,
  type EpochMicros,
  type FeatureTableDefinition,
  type KeyValue,
} from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeKeys } from "../deletion/remove-keys.ts";
import type { PushTarget } from "../push/key-rows.ts";
import { testStores } from "../testing/stores.ts";
import { hide, pushRows, tableTarget } from "../testing/tables.ts";
import { OnlineReader } from "./online-reader.ts";
import { readWildcard } from "./wildcard-reader.ts";

const stores = testStores();

const entities: Definition[] = [
  { kind: "entity", name: "ad", joinKeys: [{ name: "ad_id", type: "string" }] },
  { kind: "entity", name: "user", joinKeys: [{ name: "user_id", type: "int64" }] },
];
const table: FeatureTableDefinition = {
  kind: "featureTable",
  name: "ratings",
  entities: ["ad", "user"],
  onlineServingIndex: ["user_id"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "score", type: "int64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  ttl: "10s",
  online: true,
  offline: true,
};
const START = parseInstant("2024-01-02");
const at = (second: number): EpochMicros => micros(START + BigInt(second) * 1_000_000n);

const USERS = [1n, 2n];
const ADS = ["", "a", "a\0", "b", "{}:i", "\u00ff", "\ud83d\ude00"];

describe.each(Object.keys(stores))("the index of a wildcard on %s", (name) => {
  const store = stores[name]!();
  beforeAll(() => store.start());
  afterAll(() => store.stop());

  const newTarget = (): PushTarget => tableTarget(store, table, entities);
  const push = (target: PushTarget, seq: number, second: number, rows: readonly Row[]) => {
    const keyed = rows.map(([ad, user, time]) => ({
      key: [ad, user],
      rows: [{ time: at(time), cells: [BigInt(seq)] }],
    }));
    return pushRows(target, BigInt(seq), at(second), keyed);
  };
  const listed = async (target: PushTarget, user: bigint, second: number, expectedSeq = 0n) => {
    const served = { ...target, expectedSeq };
    const { values } = await readWildcard(store, served, [user], at(second), { limit: 100 });
    return new Set(values);
  };
  const shown = async (target: PushTarget, user: bigint, second: number): Promise<Set<KeyValue>> => {
    const reader = new OnlineReader(store);
    const served = { ...target, expectedSeq: 0n };
    const answers = await Promise.all(ADS.map((ad) => reader.read(served, [ad, user], at(second))));
    return new Set(ADS.filter((_, index) => answers[index]!.values[0] !== null));
  };

  test.each([1, 2, 3])(
    "lists every key that has something to show, whatever was done: seed %i",
    async (seed) => {
      const random = randomOf(seed);
      const pick = <T>(some: readonly T[]): T => some[random(some.length)]!;
      const target = newTarget();
      let last: readonly Row[] = [];
      for (let seq = 1; seq <= 25; seq += 1) {
        const second = seq * 2;
        const rows = new Map(
          Array.from({ length: 1 + random(4) }, (): [string, Row] => {
            const row: Row = [pick(ADS), pick(USERS), second - random(15) + 3];
            return [JSON.stringify([row[0], String(row[1])]), row];
          }),
        );
        last = random(5) === 0 ? last : [...rows.values()];
        await push(target, seq, second, last);
        if (random(3) === 0) await push(target, seq, second, last);
        if (random(3) === 0) {
          const key = {
            key: [pick(ADS), pick(USERS)],
            before: at(second - random(4)),
            deletionId: BigInt(seq),
          };
          const deleted = { joinKeys: target.view.joinKeys, keys: [key] };
          await hide(target, deleted);
          await removeKeys(target, deleted);
        }
        for (const user of USERS) {
          for (const now of [second, second + 1, second + 4]) {
            const [has, lists] = [await shown(target, user, now), await listed(target, user, now)];
            expect([...has].filter((ad) => !lists.has(ad))).toEqual([]);
          }
        }
      }
      expect(await listed(target, 1n, 1_000)).toEqual(new Set());
    },
  );

  test("forgets what no read asks for any more, and deleted keys, unless something came later", async () => {
    const target = newTarget();
    await push(target, 1, 0, [
      ["a", 1n, -5],
      ["b", 1n, -1],
      ["c", 1n, -1],
    ]);
    const keys = ["b", "c"].map((ad) => ({ key: [ad, 1n], before: at(0), deletionId: 1n }));
    await push(target, 2, 1, [["c", 1n, 0]]);
    await removeKeys(target, { joinKeys: target.view.joinKeys, keys });
    const members = async () => {
      const { members: all } = await whole(target);
      return all;
    };
    expect(await members()).toEqual(["a", "c"]);
    await push(target, 3, 200, [["d", 1n, 199]]);
    await push(target, 4, 201, [["e", 1n, 200]]);
    expect(await members()).toEqual(["d", "e"]);
  });

  test("what the store has lost is UNAVAILABLE, never no rows; more than the limit is TOO_LARGE", async () => {
    const target = newTarget();
    await push(
      target,
      1,
      0,
      ADS.map((ad): Row => [ad, 1n, -1]),
    );
    expect((await listed(target, 1n, 0, 1n)).size).toBe(ADS.length);
    const served = { ...target, expectedSeq: 1n };
    const few = readWildcard(store, served, [1n], at(0), { limit: ADS.length - 1 });
    await expect(few).rejects.toMatchObject({ code: "TOO_LARGE" });
    await store.dropGeneration(target.generation);
    await expect(listed(target, 1n, 0, 1n)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await store.prepareGeneration(target.generation);
    expect(await listed(target, 1n, 0)).toEqual(new Set());
  });

  /** All that is in the index of a user, as if nothing could ever be too old. */
  async function whole(target: PushTarget): Promise<{ readonly members: readonly KeyValue[] }> {
    const ageless = { ...target.view, time: { ...target.view.time, ttl: null } };
    const served = { ...target, view: ageless, expectedSeq: 0n };
    const { values } = await readWildcard(store, served, [1n], at(1_000), { limit: 100 });
    return { members: [...values].toSorted(compareValues) };
  }
});

type Row = readonly [ad: string, user: bigint, second: number];

/** Whole numbers below a bound, the same for a seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}
