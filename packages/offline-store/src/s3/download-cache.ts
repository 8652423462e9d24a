import { rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { TeselaError } from "@tesela/core";
import type { OpenedFile } from "../port.ts";
import { orAbort } from "./or-abort.ts";

/** Where downloads go, how many bytes they may take, and how one is made. */
export interface DownloadCacheOptions {
  /** Exists, and is ours alone. */
  readonly directory: string;
  readonly maxBytes: number;
  /** Writes the file to `target`; calls `reserve` with its size before its first byte. Leaves nothing if it fails. */
  readonly download: (request: DownloadRequest) => Promise<void>;
}

/** One download. */
export interface DownloadRequest {
  readonly path: string;
  readonly target: string;
  readonly signal: AbortSignal;
  readonly reserve: (bytes: number) => Promise<void>;
}

interface Entry {
  readonly path: string;
  readonly localPath: string;
  readonly abort: AbortController;
  ready: Promise<void>;
  isReady: boolean;
  bytes: number;
  /** Opens that are not disposed of. */
  pins: number;
}

/**
 * Files on the local disk within a bound: the least recently used go first, those that are open stay. Opening
 * one path many times at once downloads it once; the download stops when all who wait for it have gone.
 */
export class DownloadCache {
  readonly #options: DownloadCacheOptions;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #usedBytes = 0;
  #serial = 0;

  constructor(options: DownloadCacheOptions) {
    this.#options = options;
  }

  /** What all files take, those being downloaded too. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Opens a file, downloading it if need be; see `OfflineStore.open` for the errors. */
  async open(path: string, signal: AbortSignal): Promise<OpenedFile> {
    const entry = this.#entries.get(path) ?? this.#create(path);
    this.#entries.delete(path);
    this.#entries.set(path, entry);
    entry.pins += 1;
    try {
      await orAbort(entry.ready, signal);
    } catch (error) {
      await this.#unpin(entry);
      throw error;
    }
    return this.#lease(entry);
  }

  /** Lets go of a file that was deleted; who has it open keeps it. */
  async forget(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    if (entry.pins === 0) await this.#remove(entry);
  }

  #create(path: string): Entry {
    this.#serial += 1;
    const localPath = join(this.#options.directory, `${this.#serial}-${basename(path)}`);
    const ready = Promise.resolve();
    const entry: Entry = {
      path,
      localPath,
      abort: new AbortController(),
      ready,
      isReady: false,
      bytes: 0,
      pins: 0,
    };
    entry.ready = this.#fill(entry);
    // Whoever waits hears of a failure; when nobody does, it must not end the process.
    entry.ready.catch(() => {});
    return entry;
  }

  async #fill(entry: Entry): Promise<void> {
    const { path, localPath, abort } = entry;
    const target = `${localPath}.part`;
    const reserve = (bytes: number): Promise<void> => this.#reserve(entry, bytes);
    try {
      await this.#options.download({ path, target, signal: abort.signal, reserve });
      await rename(target, localPath);
      abort.signal.throwIfAborted();
      entry.isReady = true;
    } catch (error) {
      this.#detach(entry);
      for (const left of [target, localPath]) await rm(left, { force: true });
      this.#giveBack(entry);
      throw error;
    }
  }

  /** Takes bytes from the bound, evicting what nobody has open. */
  async #reserve(entry: Entry, bytes: number): Promise<void> {
    const { maxBytes } = this.#options;
    if (bytes > maxBytes) throw tooLarge(entry.path, bytes, maxBytes);
    const idle = [...this.#entries.values()].filter((other) => other.isReady && other.pins === 0);
    const evicted: Entry[] = [];
    while (this.#usedBytes + bytes - sum(evicted) > maxBytes) {
      const oldest = idle.shift();
      if (oldest === undefined) throw allOpen(entry.path, bytes, maxBytes);
      evicted.push(oldest);
    }
    for (const old of evicted) {
      this.#detach(old);
      this.#giveBack(old);
    }
    entry.bytes = bytes;
    this.#usedBytes += bytes;
    for (const old of evicted) await this.#remove(old);
  }

  #lease(entry: Entry): OpenedFile {
    let isOpen = true;
    return {
      localPath: entry.localPath,
      [Symbol.asyncDispose]: async () => {
        if (!isOpen) return;
        isOpen = false;
        await this.#unpin(entry);
      },
    };
  }

  async #unpin(entry: Entry): Promise<void> {
    entry.pins -= 1;
    if (entry.pins > 0) return;
    if (entry.isReady) {
      if (this.#entries.get(entry.path) !== entry) await this.#remove(entry);
      return;
    }
    this.#detach(entry);
    entry.abort.abort();
    await entry.ready.catch(() => {});
  }

  #detach(entry: Entry): void {
    if (this.#entries.get(entry.path) === entry) this.#entries.delete(entry.path);
  }

  async #remove(entry: Entry): Promise<void> {
    await rm(entry.localPath, { force: true });
    this.#giveBack(entry);
  }

  #giveBack(entry: Entry): void {
    this.#usedBytes -= entry.bytes;
    entry.bytes = 0;
  }
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}

function tooLarge(path: string, bytes: number, maxBytes: number): TeselaError {
  const message = `"${path}" has ${bytes} bytes; the download cache may hold ${maxBytes}.`;
  return new TeselaError("LIMIT_EXCEEDED", message, { fix: "Raise the size of the download cache." });
}

function allOpen(path: string, bytes: number, maxBytes: number): TeselaError {
  const message = `No room for the ${bytes} bytes of "${path}": open files fill the download cache of ${maxBytes} bytes.`;
  return new TeselaError("UNAVAILABLE", message, {
    fix: "Raise the size of the download cache, or run less at once.",
  });
}
