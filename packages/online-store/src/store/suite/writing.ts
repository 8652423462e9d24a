import { describe, expect, it } from "vitest";

import { keyOf, noChunk, stampOf, textOf, valueOf, type Suite } from "./fixtures.ts";

/** Which write wins: stamps, repetition, races, large batches. */
export function writingRules(suite: Suite): void {
  describe("writing", () => {
    it("refuses a lesser stamp, replaces at an equal and at a greater one", async () => {
      const generation = await suite.newGeneration();
      const key = keyOf("u1");
      const attempt = async (stamp: bigint, text: string) => {
        const { refused } = await suite.store.write(generation, "tiles", [
          { key, chunk: noChunk, value: valueOf(stamp, text) },
        ]);
        return [refused, textOf(await suite.readValue(generation, "tiles", key))];
      };
      expect(await attempt(0x7fn, "first")).toEqual([0, "first"]);
      expect(await attempt(0x7en, "lesser")).toEqual([1, "first"]);
      expect(await attempt(0x7fn, "equal")).toEqual([0, "equal"]);
      expect(await attempt(0x100n, "greater")).toEqual([0, "greater"]);
      expect(await attempt(0xffn, "lesser")).toEqual([1, "greater"]);
      expect(await attempt(0x8000_0000_0000_0000n, "top bit")).toEqual([0, "top bit"]);
      expect(await attempt(0x7fff_ffff_ffff_ffffn, "lesser")).toEqual([1, "top bit"]);
    });

    it("compares stamps byte by byte, whatever the server's locale: in either half", async () => {
      const generation = await suite.newGeneration();
      const ascending = [0x41n, 0x61n, 0x5a00n, 0x6100n, 0xe900n, 0x4100_0000_0001n, 0x6100_0000_0000n];
      for (const [i, stamp] of ascending.entries()) {
        for (const lesser of ascending.slice(0, i)) {
          const key = keyOf(`${i} ${lesser}`);
          await suite.store.write(generation, "attributes", [
            { key, chunk: noChunk, value: valueOf(stamp, "kept") },
          ]);
          const write = { key, chunk: noChunk, value: valueOf(lesser, "stale") };
          expect(await suite.store.write(generation, "attributes", [write])).toEqual({ refused: 1 });
        }
      }
    });

    it("changes nothing when done again", async () => {
      const generation = await suite.newGeneration();
      const writes = ["a", "b"].map((text) => ({
        key: keyOf(text),
        chunk: noChunk,
        value: valueOf(5n, text),
      }));
      for (const _ of [1, 2]) {
        expect(await suite.store.write(generation, "attributes", writes)).toEqual({ refused: 0 });
        expect(textOf(await suite.readValue(generation, "attributes", keyOf("b")))).toBe("b");
      }
    });

    it("keeps the newest of several writes of one chunk in one call, the last of equals", async () => {
      const generation = await suite.newGeneration();
      const stamped: readonly (readonly [bigint, string])[] = [
        [2n, "x"],
        [3n, "y"],
        [3n, "z"],
        [1n, "w"],
      ];
      const { refused } = await suite.store.write(
        generation,
        "tiles",
        stamped.map(([stamp, text]) => ({ key: keyOf("u1"), chunk: noChunk, value: valueOf(stamp, text) })),
      );
      expect(refused).toBe(0);
      expect(textOf(await suite.readValue(generation, "tiles", keyOf("u1")))).toBe("z");
    });

    it("writes nothing without error", async () => {
      expect(await suite.store.write(await suite.newGeneration(), "tiles", [])).toEqual({ refused: 0 });
    });

    it("writes 10,000 values, and values of a megabyte, in one call, and counts what it refused", async () => {
      const generation = await suite.newGeneration();
      const large = (i: number) => (i % 2_500 === 0 ? "x".repeat(1 << 20) : `value ${i}`);
      const writes = (stamp: bigint, count: number) =>
        Array.from({ length: count }, (_, i) => ({
          key: keyOf(`u${i % 3_000}`),
          chunk: { level: 0, chunk: i },
          value: valueOf(stamp, large(i)),
        }));
      expect(await suite.store.write(generation, "tiles", writes(2n, 6_000))).toEqual({ refused: 0 });
      expect(await suite.store.write(generation, "tiles", writes(1n, 10_000))).toEqual({ refused: 6_000 });
      const seen = [0, 5_999, 6_000, 9_999];
      const answers = await suite.store.read(
        seen.map((chunk) => ({
          generation,
          kind: "tiles",
          key: keyOf(`u${chunk % 3_000}`),
          chunks: [{ level: 0, chunk }],
        })),
      );
      expect(answers.map(({ values }) => textOf(values[0] ?? null))).toEqual(seen.map(large));
      expect(answers.map(({ values }) => stampOf(values[0] ?? null))).toEqual([2n, 2n, 1n, 1n]);
    });

    it("ends with the greatest stamp of every value when writers race, whatever their order", async () => {
      const generation = await suite.newGeneration();
      const keys = Array.from({ length: 50 }, (_, i) => keyOf(`u${i}`));
      const stamps = [5n, 2n, 9n, 1n, 7n, 3n, 8n, 4n, 6n];
      await Promise.all(
        stamps.map((stamp) => {
          const order = stamp % 2n === 0n ? keys : keys.toReversed();
          return suite.store.write(
            generation,
            "attributes",
            order.map((key) => ({ key, chunk: noChunk, value: valueOf(stamp, `${stamp}`) })),
          );
        }),
      );
      const answers = await suite.store.read(
        keys.map((key) => ({ generation, kind: "attributes", key, chunks: [noChunk] })),
      );
      expect(answers.map(({ values }) => textOf(values[0] ?? null))).toEqual(keys.map(() => "9"));
    });
  });
}
