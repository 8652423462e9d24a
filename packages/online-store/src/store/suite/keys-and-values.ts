import { describe, expect, it } from "vitest";

import { keyOf, noChunk, textOf, valueOf, type Suite } from "./fixtures.ts";

/** That keys and values are just bytes, and addresses stay apart. */
export function keyAndValueRules(suite: Suite): void {
  describe("keys and values", () => {
    it("brings back any bytes under any key bytes, NUL, braces, colons, 0xff and none at all included", async () => {
      const generation = await suite.newGeneration();
      const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const keys = ["", "\0", "}", "{", "{}:a", "a:b", "\xff", "\xff\xff\0", "a\0", "\\x00"].map(keyOf);
      for (const kind of ["attributes", "tiles"] as const) {
        const writes = keys.map((key, i) => ({ key, chunk: noChunk, value: valueOf(1n, [i, ...everyByte]) }));
        await suite.store.write(generation, kind, writes);
        for (const { key, value } of writes) {
          const stored = await suite.readValue(generation, kind, key);
          expect(stored === null ? null : Buffer.from(stored)).toEqual(Buffer.from(value));
        }
      }
    });

    it("takes key bytes as they are: ('1','23') is not ('12','3')", async () => {
      const generation = await suite.newGeneration();
      const keys = ["1\x0023", "12\x003", "123", "1\x00\x0023"].map(keyOf);
      await suite.store.write(
        generation,
        "attributes",
        keys.map((key, i) => ({ key, chunk: noChunk, value: valueOf(1n, `${i}`) })),
      );
      const answers = await suite.store.read(
        keys.map((key) => ({ generation, kind: "attributes", key, chunks: [noChunk] })),
      );
      expect(answers.map(({ values }) => textOf(values[0] ?? null))).toEqual(["0", "1", "2", "3"]);
    });

    it("keeps generations, scopes, kinds, levels and chunks apart", async () => {
      const [first, second] = [await suite.newGeneration(), await suite.newGeneration()];
      const places = [first, second].flatMap((generation) =>
        (["attributes", "tiles"] as const).flatMap((kind) =>
          ["prod.user", "prod.user-x"].flatMap((scope) =>
            (kind === "attributes"
              ? [noChunk]
              : [noChunk, { level: 0, chunk: 1 }, { level: 1, chunk: 0 }]
            ).map((chunk) => ({ generation, kind, key: { ...keyOf("k"), scope }, chunk })),
          ),
        ),
      );
      for (const [i, { generation, kind, key, chunk }] of places.entries()) {
        await suite.store.write(generation, kind, [{ key, chunk, value: valueOf(1n, `${i}`) }]);
      }
      const answers = await suite.store.read(places.map((place) => ({ ...place, chunks: [place.chunk] })));
      expect(answers.map(({ values }) => textOf(values[0] ?? null))).toEqual(places.map((_, i) => `${i}`));
    });

    it("reaches the ends of its ranges: generation, level, chunk, stamp", async () => {
      const generation = 2 ** 31 - 1;
      await suite.store.prepareGeneration(generation);
      const chunks = [-(2 ** 31), 2 ** 31 - 1].map((chunk) => ({ level: 2 ** 15 - 1, chunk }));
      const value = valueOf(2n ** 64n - 1n, "end");
      await suite.store.write(
        generation,
        "tiles",
        chunks.map((chunk) => ({ key: keyOf("u1"), chunk, value })),
      );
      const answer = await suite.readOne({ generation, kind: "tiles", key: keyOf("u1"), chunks });
      expect(answer?.values.map(textOf)).toEqual(["end", "end"]);
      await suite.store.dropGeneration(generation);
    });

    it.each([
      ["a generation of 0", { generation: 0 }],
      ["a fractional generation", { generation: 1.5 }],
      ["a scope with a colon", { key: { ...keyOf("k"), scope: "a:b" } }],
      ["an empty scope", { key: { ...keyOf("k"), scope: "" } }],
      ["a negative level", { chunk: { level: -1, chunk: 0 } }],
      ["a chunk past 32 bits", { chunk: { level: 0, chunk: 2 ** 31 } }],
      ["attributes in a chunk other than 0", { kind: "attributes", chunk: { level: 0, chunk: 1 } }],
      ["a value without a stamp", { value: new Uint8Array(8) }],
    ] as const)("refuses %s as VALIDATION", async (_, wrong) => {
      const right = {
        generation: 1,
        kind: "tiles",
        key: keyOf("k"),
        chunk: noChunk,
        value: valueOf(1n, ""),
      } as const;
      const { generation, kind, ...write } = { ...right, ...wrong };
      await expect(suite.store.write(generation, kind, [write])).rejects.toMatchObject({
        code: "VALIDATION",
      });
    });
  });
}
