import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { receiveTable } from "./receive.ts";

let directory: string;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "receive-"));
});
afterAll(() => rm(directory, { recursive: true }));

function receive(chunks: readonly string[], limitBytes = 100): Promise<number> {
  return receiveTable(
    Readable.from(chunks.map((text) => Buffer.from(text))),
    join(directory, `${++count}`),
    "parquet",
    limitBytes,
  );
}

test("a file with the magic of Parquet at both ends is taken", async () => {
  expect(await receive(["PAR1", "......", "PAR1"])).toBe(14);
});

test.each([["PAR1PAR1"], [""], ["PAR1............"], ["....,......PAR1"]])(
  "%j is no Parquet file",
  async (text) => {
    await expect(receive([text])).rejects.toMatchObject({ code: "VALIDATION" });
  },
);

test("the limit holds while bytes arrive, at exactly the limit they are taken", async () => {
  expect(await receive(["PAR1", "....", "PAR1"], 12)).toBe(12);
  await expect(receive(["PAR1", ".....", "PAR1"], 12)).rejects.toMatchObject({ code: "TOO_LARGE" });
});

test("a source that closes before its last bytes are written is taken whole", async () => {
  const middle = Buffer.alloc(4_000_000, ".").toString();
  expect(await receive(["PAR1", ...Array.from({ length: 8 }, () => middle), "PAR1"], 1e9)).toBe(32_000_008);
});

test("a client that goes away ends the upload", async () => {
  const source = new Readable({ read: () => undefined });
  source.push("PAR1");
  const received = receiveTable(source, join(directory, "gone"), "parquet", 100);
  source.destroy();
  await expect(received).rejects.toMatchObject({ code: "CANCELLED" });
});

test("text is taken as it comes", async () => {
  const source = Readable.from([Buffer.from("id,at\n1,2024-01-01\n")]);
  expect(await receiveTable(source, join(directory, "text"), "csv", 100)).toBe(19);
});
