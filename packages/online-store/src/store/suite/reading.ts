import { describe, expect, it } from "vitest";

import type { ViewRead } from "../port.ts";
import { emptyMarker, keyOf, noChunk, stampOf, textOf, valueOf, type Suite } from "./fixtures.ts";

/** What a read gives: nulls, order, one instant. */
export function readingRules(suite: Suite): void {
  describe("reading", () => {
    it("gives null for every value and marker that was never written, of a prepared generation or of none", async () => {
      const prepared = await suite.newGeneration();
      for (const generation of [prepared, 2_000_000]) {
        const chunks = [
          { level: 0, chunk: 1 },
          { level: 3, chunk: -7 },
        ];
        const answer = await suite.readOne({ generation, kind: "tiles", key: keyOf("u1"), chunks });
        expect(answer).toEqual({ marker: null, values: [null, null] });
      }
    });

    it("answers no reads with nothing, and a read of no chunks with the marker alone", async () => {
      const generation = await suite.newGeneration();
      await suite.store.writeMarker(generation, emptyMarker);
      const read: ViewRead = { generation, kind: "tiles", key: keyOf("u1"), chunks: [] };
      expect(await suite.store.read([])).toEqual([]);
      expect(await suite.store.read([read])).toEqual([{ marker: emptyMarker, values: [] }]);
      expect(await suite.store.read([read, read])).toEqual(
        [1, 2].map(() => ({ marker: emptyMarker, values: [] })),
      );
    });

    it("keeps the order of reads and of chunks, repeated ones included", async () => {
      const [first, second] = [await suite.newGeneration(), await suite.newGeneration()];
      const key = keyOf("u1");
      const addresses = [-3, 0, 12].map((chunk) => ({ level: 1, chunk }));
      for (const generation of [first, second]) {
        await suite.store.write(
          generation,
          "tiles",
          addresses.map((chunk) => ({
            key,
            chunk,
            value: valueOf(1n, `${generation === first ? "first" : "second"} ${chunk.chunk}`),
          })),
        );
      }
      const chunks = [12, -3, 5, 12].map((chunk) => ({ level: 1, chunk }));
      const answers = await suite.store.read(
        [second, first, second].map((generation) => ({ generation, kind: "tiles", key, chunks })),
      );
      expect(answers.map(({ values }) => values.map(textOf))).toEqual([
        ["second 12", "second -3", null, "second 12"],
        ["first 12", "first -3", null, "first 12"],
        ["second 12", "second -3", null, "second 12"],
      ]);
    });

    it("reads five thousand chunks of one entity at once", async () => {
      const generation = await suite.newGeneration();
      const chunks = Array.from({ length: 5_000 }, (_, chunk) => ({ level: 0, chunk }));
      await suite.store.write(
        generation,
        "tiles",
        chunks.map((chunk) => ({ key: keyOf("u1"), chunk, value: valueOf(1n, `${chunk.chunk}`) })),
      );
      const answer = await suite.readOne({ generation, kind: "tiles", key: keyOf("u1"), chunks });
      expect(answer?.values.map(textOf)).toEqual(chunks.map(({ chunk }) => `${chunk}`));
    });

    it("shows marker and values of one instant: a value of commit n is never seen with a marker past n", async () => {
      const generation = await suite.newGeneration();
      const key = keyOf("u1");
      const writing = new AbortController();
      const written = (async () => {
        for (let commit = 1n; commit <= 60n; commit += 1n) {
          await suite.store.write(generation, "attributes", [
            { key, chunk: noChunk, value: valueOf(commit, "v") },
          ]);
          await suite.store.writeMarker(generation, { ...emptyMarker, commitSeq: commit });
        }
      })().finally(() => writing.abort());
      while (!writing.signal.aborted) {
        const answer = await suite.readOne({ generation, kind: "attributes", key, chunks: [noChunk] });
        const ahead = stampOf(answer.values[0] ?? null) - (answer.marker?.commitSeq ?? 0n);
        expect(ahead === 0n || ahead === 1n).toBe(true);
      }
      await written;
    });
  });
}
