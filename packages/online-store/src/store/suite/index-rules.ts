import { describe, expect, it } from "vitest";
import { keyOf, noChunk, valueOf, type Suite } from "./fixtures.ts";

/** How a store keeps the members of indexes. */
export function indexRules(suite: Suite): void {
  const bytes = (text: string): Uint8Array => keyOf(text).bytes;
  const member = (key: string, text: string, latest = 0n) => ({
    key: keyOf(key),
    member: bytes(text),
    latest,
  });
  const read = async (generation: number, key: string, since = -(2n ** 63n), limit = 1_000) => {
    const members = await suite.store.readMembers({ generation, key: keyOf(key), since, limit });
    return members.map((one) => Buffer.from(one).toString("latin1")).toSorted();
  };

  describe("indexes", () => {
    it("bring back members of any bytes, each once, of one key and generation", async () => {
      const [first, second] = [await suite.newGeneration(), await suite.newGeneration()];
      const all = ["", "\0", "\xff", "\xff\xff", "a", "a\0", "ab", "{}:i", "\x80\x81"].toSorted();
      const keys = ["", "k", "k\0", "ka", "\xff", "\xff\xff\xff\xff"];
      for (const key of keys) {
        const members = [...all, key].map((one) => member(key, one));
        await suite.store.addMembers(first, [...members, ...members]);
        await suite.store.addMembers(first, members);
      }
      for (const key of keys) expect(await read(first, key)).toEqual([...new Set([...all, key])].toSorted());
      expect(await read(second, "k")).toEqual([]);
      expect(await read(first, "unknown")).toEqual([]);
    });

    it("keep the latest instant of a member, and leave out those that are older than asked for", async () => {
      const generation = await suite.newGeneration();
      const [old, now] = [-5n, 1_900_000_000_000_001n];
      await suite.store.addMembers(generation, [member("k", "a", now), member("k", "b", old)]);
      await suite.store.addMembers(generation, [member("k", "a", old), member("k", "c", now - 1n)]);
      expect(await read(generation, "k", old)).toEqual(["a", "b", "c"]);
      expect(await read(generation, "k", old + 1n)).toEqual(["a", "c"]);
      expect(await read(generation, "k", now)).toEqual(["a"]);
      expect(await read(generation, "k", now + 1n)).toEqual([]);
      expect(await read(generation, "k", old, 2)).toHaveLength(2);
    });

    it("lose a member only while nothing of it is as late as the removal", async () => {
      const generation = await suite.newGeneration();
      await suite.store.addMembers(generation, [member("k", "a", 10n), member("k", "b", 10n)]);
      await suite.store.addMembers(generation, [member("k", "ab", 5n), member("l", "a", 5n)]);
      const removal = (text: string | null, before: bigint) => ({
        key: keyOf("k"),
        member: text === null ? null : bytes(text),
        before,
      });
      await suite.store.removeMembers(generation, [removal("a", 10n), removal("b", 11n), removal("x", 11n)]);
      expect(await read(generation, "k")).toEqual(["a", "ab"]);
      await suite.store.removeMembers(generation, [removal(null, 10n)]);
      expect(await read(generation, "k")).toEqual(["a"]);
      expect(await read(generation, "l")).toEqual(["a"]);
      await suite.store.addMembers(generation, [member("k", "b", 12n)]);
      expect(await read(generation, "k")).toEqual(["a", "b"]);
    });

    it("never lose a member whose instant no double holds", async () => {
      const generation = await suite.newGeneration();
      const far = 2n ** 60n + 1n;
      await suite.store.addMembers(generation, [member("k", "a", far), member("k", "b", 2n ** 63n - 1n)]);
      await suite.store.removeMembers(generation, [{ key: keyOf("k"), member: null, before: far }]);
      expect(await read(generation, "k", far)).toEqual(["a", "b"]);
      await suite.store.removeMembers(generation, [{ key: keyOf("k"), member: null, before: 2n ** 61n }]);
      expect(await read(generation, "k")).toEqual(["b"]);
    });

    it("are no values of an entity, and go with their generation", async () => {
      const [dropped, kept] = [await suite.newGeneration(), await suite.newGeneration()];
      for (const generation of [dropped, kept]) {
        await suite.store.addMembers(
          generation,
          Array.from({ length: 3_000 }, (_, index) => member("k", `${index}`)),
        );
        const value = { key: keyOf("k"), chunk: noChunk, value: valueOf(1n, "v") };
        await suite.store.write(generation, "tiles", [value]);
        expect(await suite.store.listChunks(generation, "tiles", [keyOf("k")])).toEqual([[noChunk]]);
      }
      await suite.store.dropGeneration(dropped);
      expect(await read(dropped, "k", 0n, 10_000)).toEqual([]);
      expect(await read(kept, "k", 0n, 10_000)).toHaveLength(3_000);
    });

    it("are refused as VALIDATION outside of the bounds", async () => {
      const right = { generation: 1, key: keyOf("k"), since: 0n, limit: 1 };
      const wrong = [{ generation: 0 }, { key: { ...keyOf("k"), scope: "a:b" } }, { since: 2n ** 63n }];
      for (const one of [...wrong, { limit: 0 }, { limit: 100_001 }]) {
        const refused = suite.store.readMembers({ ...right, ...one });
        await expect(refused).rejects.toMatchObject({ code: "VALIDATION" });
      }
    });
  });
}
