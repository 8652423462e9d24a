import { describe, expect, it } from "vitest";

import type { Marker } from "../port.ts";
import { emptyMarker, keyOf, noChunk, type Suite } from "./fixtures.ts";

/** That markers only move forward. */
export function markerRules(suite: Suite): void {
  describe("the marker", () => {
    it("moves forward only: a lesser commitSeq is refused, an equal one replaces", async () => {
      const generation = await suite.newGeneration();
      const read = async () =>
        (await suite.readOne({ generation, kind: "attributes", key: keyOf("u1"), chunks: [noChunk] }))
          ?.marker;
      const marker: Marker = { commitSeq: 300n, edge: -1n, retainedFrom: null, epoch: "é {:}" };
      expect(await suite.store.writeMarker(generation, marker)).toBe(true);
      expect(await suite.store.writeMarker(generation, { ...marker, commitSeq: 255n })).toBe(false);
      expect(await read()).toEqual(marker);
      const replaced: Marker = { commitSeq: 300n, edge: null, retainedFrom: -(2n ** 63n), epoch: "" };
      expect(await suite.store.writeMarker(generation, replaced)).toBe(true);
      expect(await read()).toEqual(replaced);
      const greatest: Marker = {
        commitSeq: 2n ** 63n - 1n,
        edge: 2n ** 63n - 1n,
        retainedFrom: 0n,
        epoch: "b",
      };
      expect(await suite.store.writeMarker(generation, greatest)).toBe(true);
      expect(await read()).toEqual(greatest);
    });

    it("is told of generations together with a history, which it can be written in", async () => {
      const [first, second] = [await suite.newGeneration(), await suite.newGeneration()];
      const [begun] = await suite.store.states([first]);
      expect(begun).toEqual({ marker: null, history: expect.any(String) as string });
      await suite.store.writeMarker(first, emptyMarker, begun!.history);
      expect(await suite.store.states([second, first])).toEqual([
        { marker: null, history: begun!.history },
        { marker: emptyMarker, history: begun!.history },
      ]);
      expect(await suite.store.states([])).toEqual([]);
    });

    it("refuses numbers past 64 bits as VALIDATION", async () => {
      for (const wrong of [{ commitSeq: -1n }, { commitSeq: 2n ** 63n }, { edge: 2n ** 63n }]) {
        const writing = suite.store.writeMarker(1, { ...emptyMarker, ...wrong });
        await expect(writing).rejects.toMatchObject({ code: "VALIDATION" });
      }
    });
  });
}
