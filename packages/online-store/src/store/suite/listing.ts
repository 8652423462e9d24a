import { expect, it } from "vitest";
import { keyOf, noChunk, valueOf, type Suite } from "./fixtures.ts";

/** How a store lists what it has of keys. */
export function listingRules(suite: Suite): void {
  it("lists the chunks of each key, of one kind and generation", async () => {
    const { store } = suite;
    const generation = await suite.newGeneration();
    const other = await suite.newGeneration();
    const [first, second] = [keyOf("listed"), keyOf("unknown")];
    const chunks = [
      { level: 0, chunk: -3 },
      { level: 2, chunk: 7 },
    ];
    const write = (chunk: (typeof chunks)[number]) => ({ key: first, chunk, value: valueOf(1n, "x") });
    await store.write(generation, "tiles", chunks.map(write));
    await store.write(generation, "attributes", [write(noChunk)]);
    const [tiles, none] = await store.listChunks(generation, "tiles", [first, second]);
    expect(tiles!.toSorted((a, b) => a.level - b.level)).toEqual(chunks);
    expect(none).toEqual([]);
    expect(await store.listChunks(generation, "attributes", [second, first])).toEqual([[], [noChunk]]);
    expect(await store.listChunks(other, "tiles", [first])).toEqual([[]]);
  });
}
