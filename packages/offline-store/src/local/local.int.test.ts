import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOfflineStore } from "../open-offline-store.ts";
import type { OfflineStore } from "../port.ts";
import { collect } from "../testing/collect.ts";
import { offlineStoreSuite } from "../testing/offline-store-suite.ts";

let parent = "";
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "local-store-"));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

async function newRoot(): Promise<string> {
  return await mkdtemp(join(parent, "root-"));
}

async function started(root: string): Promise<OfflineStore> {
  const store = openOfflineStore(pathToFileURL(root).href);
  await store.start();
  return store;
}

offlineStoreSuite("local", async () => openOfflineStore(join(await newRoot(), "made", "by", "start")));

describe("a local store", () => {
  it("opens the stored file itself, which nobody may write", async () => {
    const root = await newRoot();
    const store = await started(root);
    await using scratch = await store.createScratch();
    await writeFile(join(scratch.directory, "a"), "x");
    await store.put(join(scratch.directory, "a"), "deep/a");
    await using opened = await store.open("deep/a");
    expect(opened.localPath).toBe(join(root, "deep", "a"));
    expect((await stat(opened.localPath)).mode & 0o222).toBe(0);
  });

  it("takes a scratch file without copying it, and copies any other", async () => {
    const store = await started(await newRoot());
    await using scratch = await store.createScratch();
    const outside = join(parent, "outside");
    for (const file of [join(scratch.directory, "inside"), outside]) await writeFile(file, "x");
    await store.put(join(scratch.directory, "inside"), "inside");
    await store.put(outside, "outside");
    expect((await stat(join(scratch.directory, "inside"))).nlink).toBe(2);
    expect((await stat(outside)).nlink).toBe(1);
  });

  it("removes folders that a delete left empty, and no other", async () => {
    const root = await newRoot();
    const store = await started(root);
    await writeFile(join(root, ".tmp", "x"), "x");
    for (const path of ["a/b/c/1", "a/2"]) await store.put(join(root, ".tmp", "x"), path);
    await store.delete("a/b/c/1");
    expect(await readdir(join(root, "a"))).toEqual(["2"]);
    await store.delete("a/2");
    expect(await readdir(root)).toEqual([".tmp"]);
  });

  it("removes at its start what crashed processes left a week ago, and nothing younger", async () => {
    const root = await newRoot();
    await mkdir(join(root, ".tmp", "old", "deep"), { recursive: true });
    await mkdir(join(root, ".tmp", "young"));
    const weekAgo = Date.now() / 1000 - 8 * 24 * 60 * 60;
    await utimes(join(root, ".tmp", "old"), weekAgo, weekAgo);
    await started(root);
    expect(await readdir(join(root, ".tmp"))).toEqual(["young"]);
  });

  it("passes over foreign files in a listing", async () => {
    const root = await newRoot();
    const store = await started(root);
    for (const name of [".DS_Store", "with space", "ünicode", "own"]) await writeFile(join(root, name), "x");
    expect(await collect(store.list(""))).toEqual([{ path: "own", bytes: 1 }]);
  });

  it("is unavailable, without naming the absolute path, when the disk fails", async () => {
    const root = await newRoot();
    await writeFile(join(root, "file"), "x");
    const store = openOfflineStore(join(root, "file"));
    const failure = { code: "UNAVAILABLE", message: expect.not.stringContaining(root) as unknown };
    await expect(store.start()).rejects.toMatchObject(failure);
  });
});

describe("a process that is killed while it publishes", () => {
  it("leaves whole files only", async () => {
    const root = await newRoot();
    await publishUntilKilled(root);
    const store = await started(root);
    const files = await collect(store.list(""));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter(({ bytes }) => bytes !== 4_000_000)).toEqual([]);
  });
});

const program = `
import { writeFileSync } from "node:fs";
import { openOfflineStore } from "@tesela/offline-store";
const root = process.argv[1];
const store = openOfflineStore(root);
await store.start();
writeFileSync(root + "/.source", Buffer.alloc(4_000_000, 1));
for (let i = 0; ; i++) {
  await store.put(root + "/.source", "f/" + i);
  process.stdout.write(".");
}`;

async function publishUntilKilled(root: string): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program, root], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await ended;
}
