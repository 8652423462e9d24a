import { describe, expect, it } from "vitest";

import { emptyMarker, keyOf, noChunk, valueOf, type Suite } from "./fixtures.ts";

/** That generations are prepared and dropped idempotently, and apart from each other. */
export function generationRules(suite: Suite): void {
  describe("generations", () => {
    it("are prepared and dropped any number of times, by several processes at once", async () => {
      const generation = await suite.newGeneration();
      const others = [suite.adapter.open(suite.adapter.url()), suite.adapter.open(suite.adapter.url())];
      const all = [suite.store, ...others];
      await Promise.all(others.map((other) => other.start()));
      for (const _ of [1, 2]) {
        await Promise.all(all.map((each) => each.prepareGeneration(generation)));
        await suite.store.write(generation, "tiles", [
          { key: keyOf("u1"), chunk: noChunk, value: valueOf(1n, "v") },
        ]);
        await Promise.all(all.map((each) => each.dropGeneration(generation)));
        expect(await suite.readValue(generation, "tiles", keyOf("u1"))).toBeNull();
      }
      await Promise.all(others.map((other) => other.stop()));
    });

    it("when dropped lose marker and values, of both kinds, and no other generation does", async () => {
      const [dropped, kept] = [await suite.newGeneration(), await suite.newGeneration()];
      for (const generation of [dropped, kept]) {
        await suite.store.writeMarker(generation, emptyMarker);
        for (const kind of ["attributes", "tiles"] as const) {
          await suite.store.write(
            generation,
            kind,
            Array.from({ length: 2_500 }, (_, i) => ({
              key: keyOf(`u${i}`),
              chunk: noChunk,
              value: valueOf(1n, "v"),
            })),
          );
        }
      }
      await suite.store.dropGeneration(dropped);
      for (const generation of [dropped, kept]) {
        const found = generation === kept;
        for (const kind of ["attributes", "tiles"] as const) {
          const answers = await suite.store.read(
            [0, 1_250, 2_499].map((i) => ({ generation, kind, key: keyOf(`u${i}`), chunks: [noChunk] })),
          );
          expect(answers.map(({ values }) => values[0] !== null)).toEqual([found, found, found]);
          expect(answers[0]?.marker ?? null).toEqual(found ? emptyMarker : null);
        }
      }
      await suite.store.prepareGeneration(dropped);
      expect(await suite.readValue(dropped, "tiles", keyOf("u0"))).toBeNull();
    });
  });
}
