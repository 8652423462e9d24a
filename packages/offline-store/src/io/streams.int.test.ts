import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digest, writeNewFile } from "./streams.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "streams-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const patient = { action: "copy", idleTimeoutMs: 60_000, signal: new AbortController().signal };

describe("writing a stream to a new file", () => {
  it("writes all of it, and never over another file", async () => {
    const file = join(directory, "whole");
    await writeNewFile(Readable.from([Buffer.from("a"), Buffer.from("b")]), file, patient);
    expect(await readFile(file, "utf8")).toBe("ab");
    await expect(writeNewFile(Readable.from([Buffer.from("c")]), file, patient)).rejects.toThrow("EEXIST");
    expect(await readFile(file, "utf8")).toBe("ab");
    await rm(file);
  });

  it("is UNAVAILABLE and leaves nothing when the stream stands still", async () => {
    const source = new PassThrough();
    source.write("begun");
    const written = writeNewFile(source, join(directory, "stalled"), { ...patient, idleTimeoutMs: 20 });
    await expect(written).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(source.destroyed).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });

  it("rejects with the signal's reason and leaves nothing when it is aborted half way", async () => {
    const abort = new AbortController();
    const source = Readable.from(abortAfterOneChunk(abort));
    const written = writeNewFile(source, join(directory, "aborted"), { ...patient, signal: abort.signal });
    await expect(written).rejects.toThrow("enough");
    expect(await readdir(directory)).toEqual([]);
  });

  it("rejects with the stream's error and leaves nothing when that breaks", async () => {
    const source = new PassThrough();
    source.write("begun");
    const written = writeNewFile(source, join(directory, "broken"), patient);
    source.destroy(new Error("reset"));
    await expect(written).rejects.toThrow("reset");
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("a digest", () => {
  it("lets go of its stream when it is aborted before it began", async () => {
    const source = new PassThrough();
    const aborted = digest(source, { ...patient, signal: AbortSignal.abort(new Error("enough")) });
    await expect(aborted).rejects.toThrow("enough");
    expect(source.destroyed).toBe(true);
  });

  it("is the SHA-256 of all bytes", async () => {
    const expected = createHash("sha256").update("ab").digest("hex");
    expect(await digest(Readable.from([Buffer.from("a"), Buffer.from("b")]), patient)).toBe(expected);
  });
});

function* abortAfterOneChunk(abort: AbortController): Generator<Buffer> {
  yield Buffer.from("begun");
  abort.abort(new Error("enough"));
  yield Buffer.from("never seen");
}
