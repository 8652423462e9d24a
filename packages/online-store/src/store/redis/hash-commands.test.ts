import { expect, test } from "vitest";
import type { Marker, ViewRead } from "../port.ts";
import { hashCommands, hashResults } from "./hash-commands.ts";
import { redisKeys } from "./keys.ts";

const keys = redisKeys("t");
const key = (name: string) => ({ scope: "1.a", bytes: Buffer.from(name) });
const marker = (commitSeq: bigint): Marker => ({
  commitSeq,
  edge: null,
  retainedFrom: null,
  epoch: "e",
  hidden: 0n,
});
const row = [{ level: 0, chunk: 0 }];
const u1 = key("u1");
const attributes = (generation: number, of = u1): ViewRead => ({
  generation,
  kind: "attributes",
  key: of,
  chunks: row,
});
const tiles = (generation: number): ViewRead => ({
  generation,
  kind: "tiles",
  key: u1,
  chunks: [
    { level: 0, chunk: -3 },
    { level: 1, chunk: 4 },
  ],
});
const shown = (commands: string): readonly string[] =>
  commands.split(/(?=\*)/).map((command) =>
    command
      .split("\r\n")
      .filter((_, at) => at % 2 === 0)
      .slice(1)
      .join(" "),
  );

test("the attributes of an entity are one command, its tiles one for each generation", () => {
  const reads = [attributes(1), attributes(2), tiles(3), tiles(4), attributes(2, key("u2"))];
  const { commands, count } = hashCommands(keys, reads);
  expect(count).toBe(4);
  expect(shown(commands)).toEqual([
    "HMGET t:{1.a:dTE}:a 1 2",
    "HMGET t:{1.a:dTE}:t:3 0:-3 1:4",
    "HMGET t:{1.a:dTE}:t:4 0:-3 1:4",
    "HMGET t:{1.a:dTI}:a 2",
  ]);
});

test("each read gets its values of the replies, and its marker", () => {
  const reads = [attributes(1), attributes(2), tiles(3), attributes(1, key("u2"))];
  const markers = [marker(1n), marker(2n), marker(3n), marker(1n)];
  const [a, b, c, d] = ["a", "b", "c", "d"].map((text) => Buffer.from(text));
  expect(hashResults(reads, markers, [[a!, b!], [null, c!], [d!]])).toEqual([
    { marker: markers[0], values: [a] },
    { marker: markers[1], values: [b] },
    { marker: markers[2], values: [null, c] },
    { marker: markers[3], values: [d] },
  ]);
});
