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
      const marker: Marker = { commitSeq: 300n, edge: -1n, retainedFrom: null, epoch: "é {:}", hidden: 0n };
      expect(await suite.store.writeMarker(generation, marker)).toBe(true);
      expect(await suite.store.writeMarker(generation, { ...marker, commitSeq: 255n })).toBe(false);
      expect(await read()).toEqual(marker);
      const replaced: Marker = {
        commitSeq: 300n,
        edge: null,
        retainedFrom: -(2n ** 63n),
        epoch: "",
        hidden: 0n,
      };
      expect(await suite.store.writeMarker(generation, replaced)).toBe(true);
      expect(await read()).toEqual(replaced);
      const greatest: Marker = {
        commitSeq: 2n ** 63n - 1n,
        edge: 2n ** 63n - 1n,
        retainedFrom: 0n,
        epoch: "b",
        hidden: 0n,
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

    it("says under which stamp deleted keys are hidden: a push keeps it, a lesser one changes nothing (TIME T17)", async () => {
      const generation = await suite.newGeneration();
      const marker = async () => (await suite.store.states([generation]))[0]!.marker;
      expect(await suite.store.writeHidden(generation, 7n)).toBe(false);
      expect(await marker()).toBeNull();
      await suite.store.writeMarker(generation, emptyMarker);
      const { history } = (await suite.store.states([generation]))[0]!;
      for (const stamp of [2n ** 40n, 2n ** 40n - 1n, 3n]) {
        expect(await suite.store.writeHidden(generation, stamp, history)).toBe(true);
        expect(await marker()).toEqual({ ...emptyMarker, hidden: 2n ** 40n });
      }
      const later = { ...emptyMarker, commitSeq: 2n, edge: -5n, epoch: "later" };
      await suite.store.writeMarker(generation, later, history);
      expect(await marker()).toEqual({ ...later, hidden: 2n ** 40n });
      const writing = suite.store.writeHidden(generation, 2n ** 63n);
      await expect(writing).rejects.toMatchObject({ code: "VALIDATION" });
    });

    it("refuses numbers past 64 bits as VALIDATION", async () => {
      for (const wrong of [{ commitSeq: -1n }, { commitSeq: 2n ** 63n }, { edge: 2n ** 63n }]) {
        const writing = suite.store.writeMarker(1, { ...emptyMarker, ...wrong });
        await expect(writing).rejects.toMatchObject({ code: "VALIDATION" });
      }
    });
  });
}
