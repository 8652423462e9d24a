import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { startMiniS3, type Fault, type MiniS3, type S3Request } from "@tesela/test/support";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { openOfflineStore, type OfflineStoreOptions } from "../open-offline-store.ts";
import type { OfflineStore } from "../port.ts";
import { offlineStoreSuite } from "../testing/offline-store-suite.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "hunter2-secret" };
const MEGABYTE = 1_000_000;

let server: MiniS3;
let directory = "";
let faultFor: (request: S3Request) => Fault | null = () => null;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "s3-store-"));
  server = await startMiniS3({
    buckets: ["features"],
    pageSize: 3,
    faultFor: (request) => faultFor(request),
  });
});
afterEach(() => {
  faultFor = () => null;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function urlOf(endpoint: string, bucket = "features"): string {
  return `s3://${bucket}/${randomUUID()}?endpoint=${encodeURIComponent(endpoint)}&forcePathStyle=true`;
}

function open(options: OfflineStoreOptions = {}): OfflineStore {
  return openOfflineStore(urlOf(server.endpoint), { credentials, cacheDirectory: directory, ...options });
}

/** A started store, stopped when it goes out of scope. */
async function started(options: OfflineStoreOptions = {}) {
  const store = open(options);
  await store.start();
  return { store, [Symbol.asyncDispose]: () => store.stop() };
}

async function local(bytes: number, fill = 1): Promise<string> {
  const file = join(directory, `local-${randomUUID()}`);
  await writeFile(file, Buffer.alloc(bytes, fill));
  return file;
}

async function cachedFiles(): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.parentPath.endsWith("cache"))
    .map(({ name }) => name);
}

offlineStoreSuite("s3, the server in this process", () => Promise.resolve(open()));

const realUrl = inject("s3Url");
if (realUrl !== null) {
  offlineStoreSuite("s3, the server of TEST_S3_URL", () => Promise.resolve(openOfflineStore(realUrl)));
}

describe("an S3 upload in parts", () => {
  it("leaves no parts behind, won or lost", async () => {
    await using running = await started();
    const files = await Promise.all([1, 2, 3].map((fill) => local(20 * MEGABYTE, fill)));
    const puts = await Promise.allSettled(files.map((file) => running.store.put(file, "race")));
    expect(puts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(server.openUploads).toBe(0);
  });

  it("is abandoned when a part is refused", async () => {
    await using running = await started();
    faultFor = ({ query }) =>
      query.get("partNumber") === "2" ? { kind: "error", status: 400, code: "BadDigest" } : null;
    const put = running.store.put(await local(20 * MEGABYTE), "a");
    await expect(put).rejects.toMatchObject({
      code: "UNAVAILABLE",
      details: { s3Code: "BadDigest" },
    });
    expect(server.openUploads).toBe(0);
    expect(await running.store.stat("a")).toBeNull();
  });

  it("is abandoned when it is aborted half way", async () => {
    await using running = await started();
    const abort = new AbortController();
    faultFor = ({ query }) => {
      if (query.get("partNumber") !== "3") return null;
      abort.abort(new Error("enough"));
      return { kind: "silence" };
    };
    const put = running.store.put(await local(30 * MEGABYTE), "a", { signal: abort.signal });
    await expect(put).rejects.toThrow("enough");
    expect(server.openUploads).toBe(0);
  });

  it("succeeds when the answer to its completion was lost", async () => {
    await using running = await started();
    let isLost = false;
    faultFor = ({ method, query }) => {
      if (isLost || method !== "POST" || !query.has("uploadId")) return null;
      isLost = true;
      return { kind: "drop", afterBytes: 0 };
    };
    const file = await local(9 * MEGABYTE);
    expect(await running.store.put(file, "a")).toEqual({ path: "a", bytes: 9 * MEGABYTE });
    expect(isLost).toBe(true);
  });
});

describe("an S3 put", () => {
  it("tries again while another writer is at the same object", async () => {
    await using running = await started();
    let conflicts = 2;
    faultFor = ({ method }) => {
      if (method !== "PUT" || conflicts === 0) return null;
      conflicts -= 1;
      return { kind: "error", status: 409, code: "ConditionalRequestConflict" };
    };
    expect(await running.store.put(await local(3), "a")).toEqual({ path: "a", bytes: 3 });
  });
});

describe("an S3 download", () => {
  async function withFile(options: OfflineStoreOptions = {}) {
    const running = await started(options);
    await running.store.put(await local(MEGABYTE), "a");
    return running;
  }

  it.each(["drop", "stall"] as const)("that meets a %s is UNAVAILABLE and leaves nothing", async (kind) => {
    await using running = await withFile({ idleTimeoutMs: 50 });
    faultFor = ({ method }) => (method === "GET" ? { kind, afterBytes: 1000 } : null);
    await expect(running.store.open("a")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await cachedFiles()).toEqual([]);
  });

  it("that is aborted half way rejects with the reason and leaves nothing", async () => {
    await using running = await withFile();
    const abort = new AbortController();
    faultFor = ({ method }) => {
      if (method !== "GET") return null;
      setImmediate(() => abort.abort(new Error("enough")));
      return { kind: "stall", afterBytes: 1000 };
    };
    await expect(running.store.open("a", { signal: abort.signal })).rejects.toThrow("enough");
    expect(await cachedFiles()).toEqual([]);
  });

  it("is read from the local disk the second time", async () => {
    await using running = await withFile();
    await using first = await running.store.open("a");
    faultFor = () => ({ kind: "error", status: 500, code: "InternalError" });
    await using second = await running.store.open("a");
    expect(second.localPath).toBe(first.localPath);
    expect(await readFile(second.localPath)).toHaveLength(MEGABYTE);
  });

  it("stays within the bound of the cache", async () => {
    await using running = await withFile({ cacheBytes: 1.5 * MEGABYTE });
    const { store } = running;
    await store.put(await local(MEGABYTE, 2), "b");
    await store.put(await local(2 * MEGABYTE), "big");
    const a = await store.open("a");
    await expect(store.open("b")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(store.open("big")).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    await a[Symbol.asyncDispose]();
    await using b = await store.open("b");
    expect((await readFile(b.localPath))[0]).toBe(2);
    expect(await cachedFiles()).toHaveLength(1);
  });
});

describe("an S3 store that cannot be used", () => {
  it("is UNAVAILABLE when nobody answers at its endpoint", async () => {
    const gone = await startMiniS3({ buckets: [] });
    const store = openOfflineStore(urlOf(gone.endpoint), { credentials });
    await gone[Symbol.asyncDispose]();
    await expect(store.start()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      details: { s3Code: "ECONNREFUSED" },
    });
  });

  it("is UNAVAILABLE when an answer takes too long", async () => {
    await using running = await started({ requestTimeoutMs: 50 });
    faultFor = () => ({ kind: "silence" });
    await expect(running.store.stat("a")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("is MISCONFIGURED when its bucket does not exist", async () => {
    const store = openOfflineStore(urlOf(server.endpoint, "nowhere"), { credentials });
    await expect(store.start()).rejects.toMatchObject({
      code: "MISCONFIGURED",
      details: { bucket: "nowhere", s3Code: "NoSuchBucket" },
    });
  });

  it("is MISCONFIGURED when its server overwrites what it was told to keep", async () => {
    faultFor = ({ headers }) => {
      delete headers["if-none-match"];
      return null;
    };
    await expect(open().start()).rejects.toMatchObject({
      code: "MISCONFIGURED",
      message: expect.stringMatching(/overwrites/) as unknown,
    });
  });

  it("names no credential when it is refused", async () => {
    const fields = { AWSAccessKeyId: credentials.accessKeyId, StringToSign: credentials.secretAccessKey };
    faultFor = () => ({ kind: "error", status: 403, code: "SignatureDoesNotMatch", fields });
    const error = await open()
      .start()
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "MISCONFIGURED", details: { s3Code: "SignatureDoesNotMatch" } });
    const printed = inspect(error, { depth: 20, showHidden: true });
    expect(printed).not.toMatch(/AKIDEXAMPLE|hunter2/);
  });

  it("leaves no folder behind when its start fails or it stops", async () => {
    const cacheDirectory = await mkdtemp(join(directory, "own-"));
    await (await started({ cacheDirectory }))[Symbol.asyncDispose]();
    faultFor = () => ({ kind: "error", status: 403, code: "AccessDenied" });
    await expect(open({ cacheDirectory }).start()).rejects.toMatchObject({ code: "MISCONFIGURED" });
    expect(await readdir(cacheDirectory)).toEqual([]);
  });
});
