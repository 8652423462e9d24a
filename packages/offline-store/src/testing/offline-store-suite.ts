import { randomBytes, randomUUID } from "node:crypto";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OfflineStore, StoredFile } from "../port.ts";
import { collect } from "./collect.ts";

/** What a test of the suite works with: the store, a folder of its own in it, and local files. */
interface Bench {
  store: OfflineStore;
  /** Differs for each test: tests share one store. */
  folder: string;
  local: (content: string | Buffer) => Promise<string>;
  publish: (name: string, content: string | Buffer) => Promise<StoredFile>;
  read: (path: string) => Promise<Buffer>;
}

/** The rules of the file port, for any adapter; `createStore` gives one that is not started. */
export function offlineStoreSuite(name: string, createStore: () => Promise<OfflineStore>): void {
  describe(`${name}: the rules of an offline store`, () => {
    const bench = useBench(createStore);
    describe.each(Object.entries(rules))("%s", (_title, declare) => {
      declare(bench, createStore);
    });
  });
}

type DeclareRules = (bench: Bench, createStore: () => Promise<OfflineStore>) => void;

const rules: Readonly<Record<string, DeclareRules>> = {
  put: publishingRules,
  "put of much, often": loadRules,
  "open and delete": readingRules,
  list: listingRules,
  paths: pathRules,
  "scratch, check and stop": lifetimeRules,
};

function useBench(createStore: () => Promise<OfflineStore>): Bench {
  const bench = {} as Bench;
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "offline-store-suite-"));
    bench.store = await createStore();
    await bench.store.start();
    bench.local = async (content) => await newFile(directory, content);
    bench.publish = async (name, content) =>
      await bench.store.put(await bench.local(content), `${bench.folder}/${name}`);
    bench.read = async (path) => {
      await using opened = await bench.store.open(path);
      return await readFile(opened.localPath);
    };
  });
  beforeEach(() => {
    bench.folder = `test-${randomUUID()}`;
  });
  afterAll(async () => {
    await bench.store.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return bench;
}

async function newFile(directory: string, content: string | Buffer): Promise<string> {
  const file = join(directory, randomUUID());
  await writeFile(file, content);
  return file;
}

function publishingRules(bench: Bench): void {
  it("publishes exactly the local file's bytes", async () => {
    const { path, bytes } = await bench.publish("a.parquet", "hello");
    expect({ path, bytes }).toEqual({ path: `${bench.folder}/a.parquet`, bytes: 5 });
    expect(await bench.store.stat(path)).toEqual({ path, bytes: 5 });
    expect(String(await bench.read(path))).toBe("hello");
  });

  it("publishes an empty file", async () => {
    const { path } = await bench.publish("empty", "");
    expect(await bench.read(path)).toHaveLength(0);
  });

  it("never replaces other bytes, of another size or of the same", async () => {
    const { path } = await bench.publish("a", "first");
    await expect(bench.publish("a", "longer bytes")).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(bench.publish("a", "other")).rejects.toMatchObject({ code: "CONFLICT", details: { path } });
    expect(String(await bench.read(path))).toBe("first");
  });

  it("does nothing when the same bytes are there already", async () => {
    const first = await bench.publish("a", "same");
    expect(await bench.publish("a", "same")).toEqual(first);
  });

  it("publishes the same local file twice", async () => {
    await using scratch = await bench.store.createScratch();
    const file = join(scratch.directory, "a");
    await writeFile(file, "same");
    const path = `${bench.folder}/a`;
    expect(await bench.store.put(file, path)).toEqual(await bench.store.put(file, path));
  });

  it("says FILE_MISSING when the local file is not there", async () => {
    const put = bench.store.put(join(tmpdir(), randomUUID()), `${bench.folder}/a`);
    await expect(put).rejects.toMatchObject({ code: "FILE_MISSING" });
  });

  it("publishes nothing when it is aborted", async () => {
    const path = `${bench.folder}/a`;
    const put = bench.store.put(await bench.local("x"), path, {
      signal: AbortSignal.abort(new Error("enough")),
    });
    await expect(put).rejects.toThrow("enough");
    expect(await bench.store.stat(path)).toBeNull();
  });
}

function loadRules(bench: Bench): void {
  it("carries a file of 30 MB and takes it again", async () => {
    const content = randomBytes(30_000_001);
    const { path } = await bench.publish("big", content);
    expect((await bench.read(path)).equals(content)).toBe(true);
    expect(await bench.publish("big", content)).toEqual({ path, bytes: content.length });
    content[29_999_999] = content[29_999_999] === 0 ? 1 : 0;
    await expect(bench.publish("big", content)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("lets one of many concurrent writers win, whole", async () => {
    const contents = Array.from({ length: 8 }, (_, i) => String(i).repeat(1000 + i));
    const puts = await Promise.allSettled(contents.map((content) => bench.publish("race", content)));
    const won = contents.filter((_, i) => puts[i]?.status === "fulfilled");
    expect(won).toEqual([String(await bench.read(`${bench.folder}/race`))]);
    const lost = puts.filter((put) => put.status === "rejected");
    expect(lost.map(({ reason }) => reason as unknown)).toEqual(
      Array.from({ length: 7 }, () => expect.objectContaining({ code: "CONFLICT" }) as unknown),
    );
  });

  it("lets all of many concurrent writers of the same bytes win", async () => {
    await Promise.all(Array.from({ length: 8 }, () => bench.publish("same", "the same bytes")));
    expect(String(await bench.read(`${bench.folder}/same`))).toBe("the same bytes");
  });

  it("survives puts and deletes of neighbours in one folder", async () => {
    const names = Array.from({ length: 20 }, (_, i) => `deep/er/${i}`);
    await Promise.all(
      names.map(async (name, i) => {
        const { path } = await bench.publish(name, name);
        if (i % 2 === 0) await bench.store.delete(path);
      }),
    );
    const left = await collect(bench.store.list(bench.folder));
    expect(left).toHaveLength(10);
  });
}

function readingRules(bench: Bench): void {
  it("says FILE_MISSING, naming the path, for a file that is not there", async () => {
    const path = `${bench.folder}/none`;
    const opened = bench.store.open(path);
    await expect(opened).rejects.toMatchObject({
      code: "FILE_MISSING",
      message: `The offline store has no file "${path}".`,
    });
    expect(await bench.store.stat(path)).toBeNull();
  });

  it("has no file where there is a folder", async () => {
    await bench.publish("folder/a", "x");
    expect(await bench.store.stat(`${bench.folder}/folder`)).toBeNull();
    await expect(bench.store.open(`${bench.folder}/folder`)).rejects.toMatchObject({ code: "FILE_MISSING" });
  });

  it("deletes a file, once or again", async () => {
    const { path } = await bench.publish("a", "x");
    await bench.read(path);
    await bench.store.delete(path);
    await bench.store.delete(path);
    expect(await bench.store.stat(path)).toBeNull();
    await expect(bench.store.open(path)).rejects.toMatchObject({ code: "FILE_MISSING" });
  });

  it("opens one file for many readers at once", async () => {
    const { path } = await bench.publish("a", "shared");
    const all = await Promise.all(Array.from({ length: 10 }, () => bench.read(path)));
    expect(new Set(all.map(String))).toEqual(new Set(["shared"]));
  });
}

function listingRules(bench: Bench): void {
  it("streams a folder in the order of the paths' bytes", async () => {
    const names = ["a/b/c", "a-b", "a0", "a/b-c", "a/b/d", "B", "a", "a=1/x", "a.b"].filter(
      (name) => name !== "a",
    );
    for (const name of names) await bench.publish(name, name);
    const listed = await collect(bench.store.list(bench.folder));
    const expected = names.toSorted((a, b) => (a < b ? -1 : 1));
    expect(listed).toEqual(expected.map((name) => ({ path: `${bench.folder}/${name}`, bytes: name.length })));
  });

  it("sees a folder as a folder, not as the beginning of a name", async () => {
    await bench.publish("g1/a", "x");
    await bench.publish("g10/a", "x");
    for (const folder of [`${bench.folder}/g1`, `${bench.folder}/g1/`]) {
      const listed = await collect(bench.store.list(folder));
      expect(listed.map(({ path }) => path)).toEqual([`${bench.folder}/g1/a`]);
    }
  });

  it("lists nothing in a folder that is not there", async () => {
    expect(await collect(bench.store.list(bench.folder))).toEqual([]);
  });

  it("lists the whole store, without what is unfinished", async () => {
    await using scratch = await bench.store.createScratch();
    await writeFile(join(scratch.directory, "unfinished"), "half");
    const { path } = await bench.publish("a", "x");
    const paths = (await collect(bench.store.list(""))).map((file) => file.path);
    expect(paths).toContain(path);
    expect(paths.filter((listed) => !listed.startsWith("test-"))).toEqual([]);
  });

  it("stops when it is aborted", async () => {
    await bench.publish("a", "x");
    const files = bench.store.list(bench.folder, { signal: AbortSignal.abort(new Error("enough")) });
    await expect(collect(files)).rejects.toThrow("enough");
  });
}

function pathRules(bench: Bench): void {
  const bad = [
    "",
    "/etc/passwd",
    "../x",
    "a/../x",
    "a//b",
    "a/",
    "./a",
    ".tmp/x",
    "a\\b",
    "ü/a",
    "a b",
    "a\0b",
  ];

  it.each(bad)("refuses the path %j in every call", async (path) => {
    const refusal = { code: "VALIDATION" };
    const { store } = bench;
    await expect(store.put(await bench.local("x"), path)).rejects.toMatchObject(refusal);
    await expect(store.open(path)).rejects.toMatchObject(refusal);
    await expect(store.stat(path)).rejects.toMatchObject(refusal);
    await expect(store.delete(path)).rejects.toMatchObject(refusal);
  });

  it.each(["..", "../x", "/", "/etc", "a//", ".tmp"])("refuses to list the folder %j", async (folder) => {
    const files = bench.store.list(folder);
    await expect(collect(files)).rejects.toMatchObject({ code: "VALIDATION" });
  });
}

function lifetimeRules(bench: Bench, createStore: () => Promise<OfflineStore>): void {
  it("shows nothing of a file that a crash left between write and publish", async () => {
    await using scratch = await bench.store.createScratch();
    await writeFile(join(scratch.directory, "part.parquet"), "half written");
    expect(await collect(bench.store.list(bench.folder))).toEqual([]);
  });

  it("gives each caller a scratch folder of its own and deletes it afterwards", async () => {
    const scratch = await bench.store.createScratch();
    await using other = await bench.store.createScratch();
    expect(scratch.directory).not.toBe(other.directory);
    const file = join(scratch.directory, "a");
    await writeFile(file, "kept");
    const { path } = await bench.store.put(file, `${bench.folder}/a`);
    await scratch[Symbol.asyncDispose]();
    await expect(access(scratch.directory)).rejects.toThrow("ENOENT");
    expect(String(await bench.read(path))).toBe("kept");
  });

  it("checks itself without leaving a trace", async () => {
    const before = await collect(bench.store.list(""));
    await bench.store.check();
    expect(await collect(bench.store.list(""))).toEqual(before);
  });

  it("refuses every call once it is stopped", async () => {
    const store = await createStore();
    await store.start();
    const { directory } = await store.createScratch();
    await store.stop();
    const refusal = { code: "UNAVAILABLE", message: "The offline store is stopped." };
    await expect(store.stat("a")).rejects.toMatchObject(refusal);
    await expect(store.open("a")).rejects.toMatchObject(refusal);
    await expect(store.check()).rejects.toMatchObject(refusal);
    await expect(store.createScratch()).rejects.toMatchObject(refusal);
    await expect(readdir(directory)).rejects.toThrow("ENOENT");
  });
}
