import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { differentBytes, fileMissing, nothingToPublish, stopped, unavailable } from "../errors.ts";
import { withDiskErrors } from "../io/disk-error.ts";
import { fileBytes } from "../io/file-bytes.ts";
import type { TransferLimits } from "../io/idle-timeout.ts";
import { digest, readLocalFile, writeNewFile } from "../io/streams.ts";
import { checkFolder, checkPath } from "../path.ts";
import type { CallOptions, OfflineStore, OpenedFile, Scratch, StoredFile } from "../port.ts";
import { ScratchFolders } from "../scratch.ts";
import { syncFile, syncFolders } from "./durable.ts";
import { linkNew, pruneFolders } from "./publish.ts";
import { sweep } from "./sweep.ts";
import { walk } from "./walk.ts";

/** Longer than any attempt lasts: what is older in the temporary folder belongs to nobody. */
const ABANDONED_AFTER_MS = 7 * 24 * 60 * 60 * 1000;

/** Where the store is, and how long a copy may stand still. */
export interface LocalStoreOptions {
  /** Absolute; made when absent. */
  readonly directory: string;
  readonly idleTimeoutMs: number;
}

/** Files below a folder. What is unfinished is in `.tmp` there, which no path can name. */
export class LocalStore implements OfflineStore {
  readonly kind = "local";
  readonly #root: string;
  readonly #temporary: string;
  readonly #idleTimeoutMs: number;
  readonly #scratch: ScratchFolders;
  readonly #life = new AbortController();

  constructor({ directory, idleTimeoutMs }: LocalStoreOptions) {
    this.#root = resolve(directory);
    this.#temporary = join(this.#root, ".tmp");
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#scratch = new ScratchFolders(this.#temporary);
  }

  async start(): Promise<void> {
    await withDiskErrors("start", async () => {
      await mkdir(this.#temporary, { recursive: true });
      await sweep(this.#temporary, ABANDONED_AFTER_MS);
    });
    await this.check();
  }

  async stop(): Promise<void> {
    this.#life.abort(stopped());
    await withDiskErrors("stop", () => this.#scratch.removeAll());
  }

  async check(): Promise<void> {
    this.#life.signal.throwIfAborted();
    await withDiskErrors("check itself", async () => {
      const probe = join(this.#temporary, randomUUID());
      try {
        await writeFile(probe, probe, { flush: true });
        const isSame = (await readFile(probe, "utf8")) === probe;
        if (!isSame) throw unavailable("check itself", "a file read back differs");
      } finally {
        await rm(probe, { force: true });
      }
    });
  }

  async put(localPath: string, path: string, options: CallOptions = {}): Promise<StoredFile> {
    const target = this.#locate(path);
    const limits = this.#limits(`write "${path}"`, options);
    return await withDiskErrors(limits.action, async () => {
      const bytes = await fileBytes(localPath);
      if (bytes === null) throw nothingToPublish(path);
      const isNew = (await fileBytes(target)) === null && (await this.#publish(localPath, target, limits));
      if (!isNew) await checkSame(localPath, target, path, limits);
      await syncFolders(target, this.#root);
      return { path, bytes };
    });
  }

  async open(path: string, options: CallOptions = {}): Promise<OpenedFile> {
    if ((await this.stat(path, options)) === null) throw fileMissing(path);
    return { localPath: this.#locate(path), [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async stat(path: string, options: CallOptions = {}): Promise<StoredFile | null> {
    const file = this.#locate(path);
    this.#signal(options).throwIfAborted();
    const bytes = await withDiskErrors(`look for "${path}"`, () => fileBytes(file));
    return bytes === null ? null : { path, bytes };
  }

  async *list(folder: string, options: CallOptions = {}): AsyncGenerator<StoredFile> {
    const signal = this.#signal(options);
    const files = walk(this.#root, checkFolder(folder));
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await withDiskErrors(`list "${folder}"`, () => files.next());
      if (done === true) return;
      yield value;
    }
  }

  async delete(path: string, options: CallOptions = {}): Promise<void> {
    const file = this.#locate(path);
    this.#signal(options).throwIfAborted();
    await withDiskErrors(`delete "${path}"`, async () => {
      if ((await fileBytes(file)) === null) return;
      await rm(file, { force: true });
      await pruneFolders(file, this.#root);
    });
  }

  async createScratch(): Promise<Scratch> {
    this.#life.signal.throwIfAborted();
    return await withDiskErrors("make a scratch folder", () => this.#scratch.create());
  }

  /** Gives a file its final name, copied first unless it is on our device already; `false` when it is taken. */
  async #publish(localPath: string, target: string, limits: TransferLimits): Promise<boolean> {
    limits.signal.throwIfAborted();
    if (resolve(localPath).startsWith(this.#temporary + sep)) return await seal(localPath, target);
    const copy = join(this.#temporary, randomUUID());
    try {
      await writeNewFile(readLocalFile(localPath), copy, limits);
      return await seal(copy, target);
    } finally {
      await rm(copy, { force: true });
    }
  }

  #locate(path: string): string {
    return join(this.#root, checkPath(path));
  }

  #signal({ signal }: CallOptions): AbortSignal {
    return signal === undefined ? this.#life.signal : AbortSignal.any([this.#life.signal, signal]);
  }

  #limits(action: string, options: CallOptions): TransferLimits {
    return { action, idleTimeoutMs: this.#idleTimeoutMs, signal: this.#signal(options) };
  }
}

async function seal(file: string, target: string): Promise<boolean> {
  await chmod(file, 0o444);
  await syncFile(file);
  return await linkNew(file, target);
}

async function checkSame(file: string, target: string, path: string, limits: TransferLimits): Promise<void> {
  const isSame =
    (await fileBytes(file)) === (await fileBytes(target)) && (await hasSameDigest(file, target, limits));
  if (!isSame) throw differentBytes(path);
}

async function hasSameDigest(file: string, target: string, limits: TransferLimits): Promise<boolean> {
  return (await digest(readLocalFile(file), limits)) === (await digest(readLocalFile(target), limits));
}
