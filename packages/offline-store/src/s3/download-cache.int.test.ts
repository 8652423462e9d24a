import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DownloadCache, type DownloadRequest } from "./download-cache.ts";
import { orAbort } from "./or-abort.ts";

let parent = "";
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "download-cache-"));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

const never = new AbortController().signal;

/** A cache of 100 bytes; the path `name-40` is a file of 40 bytes. Downloads wait for `gate`. */
async function newCache(gate: Promise<void> = Promise.resolve()) {
  const directory = await mkdtemp(join(parent, "cache-"));
  const downloads: string[] = [];
  const download = async ({ path, target, signal, reserve }: DownloadRequest): Promise<void> => {
    downloads.push(path);
    const bytes = Number(path.split("-").at(-1));
    await reserve(bytes);
    await writeFile(target, "x".repeat(bytes));
    await orAbort(gate, signal);
  };
  const cache = new DownloadCache({ directory, maxBytes: 100, download });
  const visit = async (path: string): Promise<void> => {
    await using _opened = await cache.open(path, never);
  };
  return { cache, downloads, visit, files: async () => (await readdir(directory)).toSorted() };
}

describe("the download cache", () => {
  it("downloads a file once, however often and concurrently it is opened", async () => {
    const { downloads, visit } = await newCache();
    await Promise.all(Array.from({ length: 5 }, () => visit("a-10")));
    await visit("a-10");
    expect(downloads).toEqual(["a-10"]);
  });

  it("stays within its bound by letting go of what was opened longest ago", async () => {
    const { cache, downloads, visit, files } = await newCache();
    for (const path of ["a-40", "b-40", "a-40", "c-40"]) await visit(path);
    expect(cache.usedBytes).toBe(80);
    expect(await files()).toEqual(["1-a-40", "3-c-40"]);
    await visit("a-40");
    expect(downloads).toEqual(["a-40", "b-40", "c-40"]);
  });

  it("keeps a file while it is open, whatever else comes", async () => {
    const { cache, visit } = await newCache();
    await using opened = await cache.open("a-40", never);
    for (const path of ["b-40", "c-40", "d-60"]) await visit(path);
    expect(await readFile(opened.localPath, "utf8")).toHaveLength(40);
    expect(cache.usedBytes).toBe(100);
  });

  it("is UNAVAILABLE while open files fill it, and leaves the others where they are", async () => {
    const { cache, downloads, visit } = await newCache();
    await visit("small-20");
    const opened = await cache.open("a-80", never);
    await expect(cache.open("b-30", never)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await visit("small-20");
    expect(downloads).toEqual(["small-20", "a-80", "b-30"]);
    await opened[Symbol.asyncDispose]();
    await visit("b-30");
    expect(cache.usedBytes).toBe(50);
  });

  it("refuses with LIMIT_EXCEEDED a file larger than itself", async () => {
    const { cache, files } = await newCache();
    await expect(cache.open("a-101", never)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(await files()).toEqual([]);
  });

  it("never exceeds its bound under concurrent opens", async () => {
    const { cache, visit } = await newCache();
    const paths = Array.from({ length: 50 }, (_, i) => `f${i % 7}-${20 + (i % 3) * 10}`);
    const opened = await Promise.allSettled(paths.map(visit));
    expect(opened.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(cache.usedBytes).toBeLessThanOrEqual(100);
    for (const path of paths) await visit(path);
    expect(cache.usedBytes).toBeLessThanOrEqual(100);
  });

  it("counts a lease once, however often it is disposed of", async () => {
    const { cache, visit } = await newCache();
    const first = await cache.open("a-60", never);
    await using second = await cache.open("a-60", never);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await expect(visit("b-60")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await readFile(second.localPath, "utf8")).toHaveLength(60);
  });

  it("goes on with a download while one who waits for it is left", async () => {
    const gate = Promise.withResolvers<void>();
    const { cache, downloads } = await newCache(gate.promise);
    const impatient = new AbortController();
    const [left, stayed] = [cache.open("a-10", impatient.signal), cache.open("a-10", never)];
    impatient.abort(new Error("enough"));
    await expect(left).rejects.toThrow("enough");
    gate.resolve();
    await using opened = await stayed;
    expect(await readFile(opened.localPath, "utf8")).toHaveLength(10);
    expect(downloads).toEqual(["a-10"]);
  });

  it("stops a download and leaves nothing when all who waited have gone", async () => {
    const { cache, files } = await newCache(Promise.withResolvers<void>().promise);
    const abort = new AbortController();
    const opens = [cache.open("a-10", abort.signal), cache.open("a-10", abort.signal)];
    abort.abort(new Error("enough"));
    for (const opened of opens) await expect(opened).rejects.toThrow("enough");
    expect(await files()).toEqual([]);
    expect(cache.usedBytes).toBe(0);
  });

  it("downloads again after a failure", async () => {
    const { cache, downloads, visit } = await newCache();
    const opened = await cache.open("a-90", never);
    await expect(visit("b-20")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await opened[Symbol.asyncDispose]();
    await visit("b-20");
    expect(downloads).toEqual(["a-90", "b-20", "b-20"]);
  });

  it("keeps a forgotten file for those who have it open, then removes it", async () => {
    const { cache, downloads, visit } = await newCache();
    const opened = await cache.open("a-10", never);
    await cache.forget("a-10");
    await visit("a-10");
    expect(downloads).toHaveLength(2);
    expect(await readFile(opened.localPath, "utf8")).toHaveLength(10);
    await opened[Symbol.asyncDispose]();
    await expect(access(opened.localPath)).rejects.toThrow("ENOENT");
    expect(cache.usedBytes).toBe(10);
  });
});
